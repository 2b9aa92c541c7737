/** Tenants with their projects: limits, budgets, and what is spent of them. */
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TenantInfo } from "../answers/shapes.ts";
import { Icon } from "../parts/icon.tsx";
import { Money } from "../parts/money.tsx";
import { Empty } from "../parts/page.tsx";
import { TableFrame } from "../parts/panel.tsx";
import { useSession } from "../session/session.tsx";
import { LimitsLine } from "./limits-line.tsx";
import { DeleteTenant } from "./delete-tenant.tsx";
import { Spend, WholeSpend } from "./spend.tsx";
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
