/** Tenants with their projects: limits, budgets, and what is spent of them. */
import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask, Refusal } from "../answers/ask.ts";
import type { ProjectInfo, TenantInfo } from "../answers/shapes.ts";
import type { Limits } from "../../../src/stack/resource.ts";
import { pico, usd } from "../../../src/stack/money.ts";
import { sum } from "../format/money.ts";
import { percent } from "../format/number.ts";
import { dateOnly } from "../format/time.ts";
import { Icon } from "../parts/icon.tsx";
import { Money } from "../parts/money.tsx";
import { Empty, Refused } from "../parts/page.tsx";
import { TableFrame } from "../parts/panel.tsx";
import { useSession } from "../session/session.tsx";
import { LimitsLine } from "./limits-line.tsx";
import { TenantForm } from "./tenant-form.tsx";

type Props = { readonly tenants: readonly TenantInfo[]; readonly onChange: () => void };

export function TenantList({ tenants, onChange }: Props) {
  const { t } = useTranslation();
  const { role } = useSession();
  const [edited, setEdited] = useState<TenantInfo | "new">();
  const [deleted, setDeleted] = useState<TenantInfo>();
  const mayWrite = role === "admin";
  return (
    <div className="sections">
      {mayWrite ? (
        <div className="toolbar">
          <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setEdited("new")}>
            {t("tenants.new")}
          </Button>
        </div>
      ) : undefined}
      {tenants.length === 0 ? (
        <div className="panel">
          <Empty icon="key" title={t("tenants.none")} />
        </div>
      ) : undefined}
      {tenants.map((tenant) => (
        <Tenant
          key={tenant.name}
          tenant={tenant}
          {...(mayWrite ? { onEdit: () => setEdited(tenant), onDelete: () => setDeleted(tenant) } : {})}
        />
      ))}
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={edited === "new" ? t("tenants.new") : t("tenants.editNamed", { name: edited?.name ?? "" })}
        size="xl"
        closeOnClickOutside={false}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        {edited === undefined ? undefined : (
          <TenantForm
            tenant={edited === "new" ? undefined : edited}
            onClose={() => setEdited(undefined)}
            onSaved={() => {
              setEdited(undefined);
              onChange();
            }}
          />
        )}
      </Modal>
      <Modal
        opened={deleted !== undefined}
        onClose={() => setDeleted(undefined)}
        title={t("tenants.deleteTitle")}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        {deleted === undefined ? undefined : (
          <DeleteTenant
            tenant={deleted}
            onClose={() => setDeleted(undefined)}
            onDeleted={() => {
              setDeleted(undefined);
              onChange();
            }}
          />
        )}
      </Modal>
    </div>
  );
}

type TenantProps = { readonly tenant: TenantInfo; readonly onEdit?: () => void; readonly onDelete?: () => void };

function Tenant({ tenant, onEdit, onDelete }: TenantProps) {
  const { t } = useTranslation();
  const { name, displayName, application, priceBook, limits, projects, keys } = tenant;
  return (
    <section className="panel" aria-label={name}>
      <header className="panel-head">
        <div>
          <h2>
            {displayName === "" ? name : displayName}{" "}
            {displayName === "" ? undefined : <code className="quiet">{name}</code>}
          </h2>
          <p className="hint">
            {t("tenants.keys", { count: keys })}
            {priceBook === null ? undefined : ` · ${t("tenants.priceBook", { name: priceBook })}`}
            {application === null ? undefined : (
              <>
                {" · "}
                {t("tenants.application", { unit: application.unit })} <Money amount={application.priceUsd} />
              </>
            )}
          </p>
        </div>
        <div className="panel-actions">
          {onEdit === undefined ? undefined : (
            <Button
              size="xs"
              variant="default"
              leftSection={<Icon name="edit" size={14} />}
              onClick={onEdit}
              aria-label={t("tenants.editNamed", { name })}
            >
              {t("tenants.edit")}
            </Button>
          )}
          {onDelete === undefined ? undefined : (
            <Button
              size="xs"
              variant="subtle"
              color="red"
              onClick={onDelete}
              aria-label={t("tenants.deleteNamed", { name })}
            >
              {t("tenants.delete")}
            </Button>
          )}
        </div>
      </header>
      <TableFrame label={t("tenants.projectsOf", { name })} kind="projects">
        <thead>
          <tr>
            <th scope="col">{t("keys.project")}</th>
            <th scope="col">{t("keys.limits")}</th>
            <th scope="col">{t("tenants.spent")}</th>
          </tr>
        </thead>
        <tbody>
          {projects.map((project) => (
            <tr key={project.name}>
              <th scope="row">{project.name}</th>
              <td>
                <LimitsLine limits={project.limits} />
              </td>
              <td>
                <Spend
                  amount={project.spend.amountUsd}
                  since={project.spend.periodStart}
                  budget={project.limits.budget}
                  name={project.name}
                />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("tenants.whole")}</th>
            <td>
              <LimitsLine limits={limits} />
            </td>
            <td>
              <WholeSpend projects={projects} budget={limits.budget} name={name} />
            </td>
          </tr>
        </tfoot>
      </TableFrame>
    </section>
  );
}

/** The tenant's budget against its projects' spend, where they count over the same period. */
function WholeSpend({
  projects,
  budget,
  name,
}: {
  readonly projects: readonly ProjectInfo[];
  readonly budget: Limits["budget"];
  readonly name: string;
}) {
  const [first] = projects;
  const isSamePeriod = projects.every(({ spend }) => spend.periodStart === first?.spend.periodStart);
  if (first === undefined || !isSamePeriod) return <span className="none">—</span>;
  const amount = sum(...projects.map(({ spend }) => spend.amountUsd));
  return <Spend amount={amount} since={first.spend.periodStart} budget={budget} name={name} />;
}

type SpendProps = {
  readonly amount: Parameters<typeof Money>[0]["amount"];
  readonly since: string;
  readonly budget: Limits["budget"];
  readonly name: string;
};

function Spend({ amount, since, budget, name }: SpendProps) {
  const { t, i18n } = useTranslation();
  const spent = typeof amount === "string" ? usd(amount) : pico(amount);
  const isAlways = Date.parse(since) === 0;
  const whole = budget === undefined ? 0n : usd(budget.amountUsd);
  const ratio = whole > 0n ? Number((spent * 10_000n) / whole) / 10_000 : undefined;
  const level = ratio === undefined ? "" : ratio >= 1 ? "over" : ratio >= 0.8 ? "near" : "";
  return (
    <div className="spend">
      <span>
        <Money amount={amount} />
        {budget === undefined ? undefined : (
          <span className="quiet">
            {" "}
            / <Money amount={budget.amountUsd} /> {t(`limits.per.${budget.period}`)}
          </span>
        )}
      </span>
      {ratio === undefined ? undefined : (
        <span
          className={`meter ${level}`}
          role="meter"
          aria-label={t("tenants.budgetOf", { name })}
          aria-valuenow={Math.min(100, Math.round(ratio * 100))}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuetext={percent(ratio, i18n.language)}
        >
          <span style={{ width: `${Math.min(100, ratio * 100)}%` }} />
        </span>
      )}
      <small className="quiet">
        {ratio === undefined ? "" : `${percent(ratio, i18n.language)} · `}
        {isAlways ? t("tenants.sinceEver") : t("tenants.since", { date: dateOnly(since, i18n.language) })}
      </small>
    </div>
  );
}

type DeleteProps = { readonly tenant: TenantInfo; readonly onClose: () => void; readonly onDeleted: () => void };

function DeleteTenant({ tenant, onClose, onDeleted }: DeleteProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Refusal>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (typed !== tenant.name) return;
    setBusy(true);
    try {
      await ask(`/api/tenants/${encodeURIComponent(tenant.name)}`, { method: "DELETE" });
      onDeleted();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <form className="dialog" onSubmit={(event) => void submit(event)}>
      <p>{t("tenants.deleteText", { name: tenant.name, count: tenant.keys })}</p>
      <TextInput
        label={t("tenants.typeName", { name: tenant.name })}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
        autoComplete="off"
        spellCheck={false}
      />
      {problem === undefined ? undefined : <Refused refusal={problem} />}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button type="submit" color="red" loading={busy} disabled={typed !== tenant.name}>
          {t("tenants.delete")}
        </Button>
      </div>
    </form>
  );
}
