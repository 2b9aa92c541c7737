/** A tenant's name, limits and projects: made, or changed. */
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask, Refusal } from "../answers/ask.ts";
import type { TenantInfo } from "../answers/shapes.ts";
import { Icon } from "../parts/icon.tsx";
import { Refused } from "../parts/page.tsx";
import { LimitFields } from "./limit-fields.tsx";
import { emptyLimits, limitText, type LimitText, readLimits } from "./limit-text.ts";

type Props = {
  readonly tenant: TenantInfo | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
};

type ProjectText = { readonly key: number; readonly name: string; readonly isNew: boolean; readonly limits: LimitText };

/** What a name of the factory may be; the API's schema says the same. */
const namePattern = /^[a-z0-9][a-z0-9._:/-]{0,62}$/;

export function TenantForm({ tenant, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [displayName, setDisplayName] = useState(tenant?.displayName ?? "");
  const [limits, setLimits] = useState<LimitText>(tenant === undefined ? emptyLimits : limitText(tenant.limits));
  const [projects, setProjects] = useState<readonly ProjectText[]>(
    tenant?.projects.map((project, key) => ({
      key,
      name: project.name,
      isNew: false,
      limits: limitText(project.limits),
    })) ?? [{ key: 0, name: "default", isNew: true, limits: emptyLimits }],
  );
  const [isChecked, setIsChecked] = useState(false);
  const [problem, setProblem] = useState<Refusal>();
  const [busy, setBusy] = useState(false);

  const own = readLimits(limits);
  const read = projects.map((project) => ({ project, ...readLimits(project.limits) }));
  const names = projects.map((project) => project.name);
  const nameProblem = (text: string, others: readonly string[]) =>
    !namePattern.test(text)
      ? t("tenants.badName")
      : others.filter((other) => other === text).length > 1
        ? t("tenants.sameName")
        : undefined;
  const isValid =
    Object.keys(own.problems).length === 0 &&
    read.every(({ problems }) => Object.keys(problems).length === 0) &&
    projects.every((project) => nameProblem(project.name, names) === undefined) &&
    (tenant !== undefined || nameProblem(name, []) === undefined);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (!isValid) return;
    setBusy(true);
    setProblem(undefined);
    const declared = read.map(({ project, limits: asked }) => ({ name: project.name, limits: asked }));
    try {
      if (tenant === undefined) {
        await ask("/api/tenants", { method: "POST", body: { name, displayName, projects: declared } });
      }
      const target = `/api/tenants/${encodeURIComponent(tenant?.name ?? name)}`;
      if (tenant !== undefined || Object.keys(own.limits).length > 0) {
        await ask(target, { method: "PATCH", body: { displayName, limits: own.limits, projects: declared } });
      }
      onSaved();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setProblem(error);
      setBusy(false);
    }
  };

  const change = (key: number, part: Partial<ProjectText>) =>
    setProjects((before) => before.map((project) => (project.key === key ? { ...project, ...part } : project)));
  const add = () =>
    setProjects((before) => [
      ...before,
      { key: Math.max(-1, ...before.map(({ key }) => key)) + 1, name: "", isNew: true, limits: emptyLimits },
    ]);

  return (
    <form className="dialog" onSubmit={(event) => void submit(event)} noValidate>
      <div className="field-row">
        {tenant === undefined ? (
          <TextInput
            label={t("tenants.name")}
            description={t("tenants.nameHint")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={isChecked ? nameProblem(name, []) : undefined}
            data-autofocus
            required
            spellCheck={false}
          />
        ) : undefined}
        <TextInput
          label={t("tenants.displayName")}
          value={displayName}
          onChange={(event) => setDisplayName(event.currentTarget.value)}
          maxLength={200}
          {...(tenant === undefined ? { description: t("tenants.displayNameHint") } : { "data-autofocus": true })}
        />
      </div>
      <LimitFields title={t("tenants.wholeLimits")} text={limits} problems={own.problems} onChange={setLimits} />
      {read.map(({ project, problems }) => (
        <div key={project.key} className="project-fields">
          <div className="project-name">
            <TextInput
              label={t("keys.project")}
              value={project.name}
              onChange={(event) => change(project.key, { name: event.currentTarget.value })}
              error={isChecked ? nameProblem(project.name, names) : undefined}
              readOnly={!project.isNew}
              spellCheck={false}
            />
            <ActionIcon
              variant="subtle"
              color="red"
              size="lg"
              aria-label={t("tenants.removeProject", { name: project.name })}
              disabled={projects.length === 1}
              onClick={() => setProjects((before) => before.filter(({ key }) => key !== project.key))}
            >
              <Icon name="trash" />
            </ActionIcon>
          </div>
          <LimitFields
            title={t("tenants.projectLimits")}
            text={project.limits}
            problems={problems}
            onChange={(text) => change(project.key, { limits: text })}
          />
        </div>
      ))}
      <div>
        <Button variant="default" size="xs" leftSection={<Icon name="plus" size={14} />} onClick={add}>
          {t("tenants.addProject")}
        </Button>
      </div>
      {projects.length < (tenant?.projects.length ?? 0) ? (
        <p className="hint warn">{t("tenants.projectGone")}</p>
      ) : undefined}
      {problem === undefined ? undefined : <Refused refusal={problem} />}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button type="submit" loading={busy}>
          {t("save")}
        </Button>
      </div>
    </form>
  );
}
