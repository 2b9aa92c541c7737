/** A new key: whose it is and what it may; then its secret, shown this once. */
import { Alert, Button, Modal, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask, Refusal } from "../answers/ask.ts";
import type { NewKey, Role, TenantInfo } from "../answers/shapes.ts";
import { Copyable } from "../parts/copy.tsx";
import { Icon } from "../parts/icon.tsx";
import { Refused } from "../parts/page.tsx";
import { useSession } from "../session/session.tsx";
import { LimitFields } from "./limit-fields.tsx";
import { emptyLimits, readLimits, type LimitText } from "./limit-text.ts";

type Props = {
  readonly opened: boolean;
  readonly tenants: readonly TenantInfo[];
  readonly onClose: () => void;
  readonly onMade: () => void;
};

export function NewKeyDialog({ opened, onClose, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("keys.new")}
      size="lg"
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <NewKeyForm {...rest} onClose={onClose} />
    </Modal>
  );
}

const lives = ["never", "30", "90", "365"] as const;
const dayMs = 86_400_000;

function NewKeyForm({ tenants, onClose, onMade }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const { role: ownRole, tenant: ownTenant, project: ownProject } = useSession();
  const firstTenant = tenants.find(({ name }) => name === ownTenant) ?? tenants[0];
  const [name, setName] = useState("");
  const [tenantName, setTenantName] = useState(firstTenant?.name ?? "");
  const projects = tenants.find((tenant) => tenant.name === tenantName)?.projects ?? [];
  const [project, setProject] = useState(ownProject);
  const [role, setRole] = useState<Role>("developer");
  const [life, setLife] = useState<(typeof lives)[number]>("never");
  const [limits, setLimits] = useState<LimitText>(emptyLimits);
  const [nameProblem, setNameProblem] = useState<string>();
  const [problem, setProblem] = useState<Refusal>();
  const [busy, setBusy] = useState(false);
  const [secret, setSecret] = useState<string>();
  const chosenProject = projects.some((one) => one.name === project) ? project : (projects[0]?.name ?? "");
  const { limits: asked, problems } = readLimits(limits);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setNameProblem(name.trim() === "" ? t("keys.nameNeeded") : undefined);
    if (name.trim() === "" || Object.keys(problems).length > 0) return;
    setBusy(true);
    setProblem(undefined);
    const body: NewKey = {
      tenant: tenantName,
      project: chosenProject,
      name: name.trim(),
      role,
      ...(life === "never" ? {} : { expiresAt: new Date(Date.now() + Number(life) * dayMs).toISOString() }),
      ...(Object.keys(asked).length === 0 ? {} : { limits: asked }),
    };
    try {
      const made = await ask<{ secret: string }>("/api/keys", { method: "POST", body });
      setSecret(made.secret);
      onMade();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };

  if (secret !== undefined) {
    return (
      <div className="dialog">
        <Alert color="yellow" variant="light" icon={<Icon name="warning" />} title={t("keys.once")}>
          {t("keys.onceText")}
        </Alert>
        <Copyable text={secret} label={t("keys.secret")} />
        <div className="dialog-actions">
          <Button onClick={onClose}>{t("keys.kept")}</Button>
        </div>
      </div>
    );
  }
  return (
    <form className="dialog" onSubmit={(event) => void submit(event)} noValidate>
      <TextInput
        label={t("keys.name")}
        description={t("keys.nameHint")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={nameProblem}
        maxLength={100}
        data-autofocus
        required
      />
      <div className="field-row">
        <NativeSelect
          label={t("requests.tenant")}
          value={tenantName}
          onChange={(event) => setTenantName(event.currentTarget.value)}
          data={tenants.map((tenant) => tenant.name)}
        />
        <NativeSelect
          label={t("keys.project")}
          value={chosenProject}
          onChange={(event) => setProject(event.currentTarget.value)}
          data={projects.map((one) => one.name)}
        />
      </div>
      <div className="field-row">
        <NativeSelect
          label={t("keys.role")}
          description={t(`roleHints.${role}`)}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as Role)}
          data={(ownRole === "admin" ? (["developer", "viewer", "admin"] as const) : (["developer"] as const)).map(
            (value) => ({ value, label: t(`roles.${value}`) }),
          )}
        />
        <NativeSelect
          label={t("keys.life")}
          description={t("keys.lifeHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={life}
          onChange={(event) => setLife(event.currentTarget.value as (typeof lives)[number])}
          data={lives.map((value) => ({
            value,
            label: value === "never" ? t("keys.noEnd") : t("keys.days", { count: Number(value) }),
          }))}
        />
      </div>
      <LimitFields title={t("keys.ownLimits")} text={limits} problems={problems} onChange={setLimits} />
      {problem === undefined ? undefined : <Refused refusal={problem} />}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button type="submit" loading={busy}>
          {t("keys.make")}
        </Button>
      </div>
    </form>
  );
}
