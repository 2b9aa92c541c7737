/** API keys: made, listed without their secrets, and revoked. */
import { Button, Checkbox, Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask, Refusal } from "../answers/ask.ts";
import type { KeyInfo, TenantInfo } from "../answers/shapes.ts";
import { dateAndTime, dateOnly, relative } from "../format/time.ts";
import { Icon } from "../parts/icon.tsx";
import { Empty, Refused } from "../parts/page.tsx";
import { TableFrame } from "../parts/panel.tsx";
import { useSession } from "../session/session.tsx";
import { LimitsLine } from "./limits-line.tsx";
import { NewKeyDialog } from "./new-key.tsx";

type Props = {
  readonly keys: readonly KeyInfo[];
  readonly tenants: readonly TenantInfo[];
  readonly onChange: () => void;
};

export function KeyList({ keys, tenants, onChange }: Props) {
  const { t } = useTranslation();
  const { role } = useSession();
  const [showAll, setShowAll] = useState(false);
  const [isMaking, setIsMaking] = useState(false);
  const [toRevoke, setToRevoke] = useState<KeyInfo>();
  const nowMs = Date.now();
  const shown = keys.filter((key) => showAll || stateOf(key, nowMs) === "valid");
  const hidden = keys.length - keys.filter((key) => stateOf(key, nowMs) === "valid").length;
  return (
    <div className="sections">
      <div className="toolbar">
        {role === "viewer" ? undefined : (
          <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setIsMaking(true)}>
            {t("keys.new")}
          </Button>
        )}
        <Checkbox
          label={t("keys.showAll", { count: hidden })}
          checked={showAll}
          onChange={(event) => setShowAll(event.currentTarget.checked)}
        />
      </div>
      <div className="panel">
        {shown.length === 0 ? (
          <Empty icon="key" title={t("keys.none")} />
        ) : (
          <KeyTable keys={shown} nowMs={nowMs} {...(role === "viewer" ? {} : { onRevoke: setToRevoke })} />
        )}
      </div>
      <NewKeyDialog opened={isMaking} tenants={tenants} onClose={() => setIsMaking(false)} onMade={onChange} />
      <RevokeDialog keyInfo={toRevoke} onClose={() => setToRevoke(undefined)} onRevoked={onChange} />
    </div>
  );
}

type TableProps = {
  readonly keys: readonly KeyInfo[];
  readonly nowMs: number;
  readonly onRevoke?: (key: KeyInfo) => void;
};

function KeyTable({ keys, nowMs, onRevoke }: TableProps) {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  return (
    <TableFrame label={t("keys.keys")}>
      <thead>
        <tr>
          <th scope="col">{t("keys.name")}</th>
          <th scope="col">{t("keys.key")}</th>
          <th scope="col">{t("requests.tenantAndProject")}</th>
          <th scope="col">{t("keys.role")}</th>
          <th scope="col">{t("keys.limits")}</th>
          <th scope="col">{t("keys.lastUsed")}</th>
          <th scope="col">{t("keys.made")}</th>
          <th scope="col">{t("keys.state")}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => {
          const state = stateOf(key, nowMs);
          return (
            <tr key={key.id} className={state === "valid" ? undefined : "faded"}>
              <th scope="row">{key.name}</th>
              <td className="nowrap">
                <code>{key.prefix}…</code>
              </td>
              <td>
                {key.tenant}
                <span className="quiet">/{key.project}</span>
              </td>
              <td>{t(`roles.${key.role}`)}</td>
              <td>
                <LimitsLine limits={key.limits} />
              </td>
              <td className="nowrap" title={key.lastUsedAt === null ? undefined : dateAndTime(key.lastUsedAt, locale)}>
                {key.lastUsedAt === null ? (
                  <span className="quiet">{t("keys.never")}</span>
                ) : (
                  relative(key.lastUsedAt, nowMs, locale)
                )}
              </td>
              <td className="nowrap" title={dateAndTime(key.createdAt, locale)}>
                {dateOnly(key.createdAt, locale)}
              </td>
              <td>
                <span className={`key-state ${state}`}>{t(`keys.states.${state}`)}</span>
                {state === "valid" && key.expiresAt !== null ? (
                  <div className="small quiet nowrap">
                    {t("keys.expires", { when: relative(key.expiresAt, nowMs, locale) })}
                  </div>
                ) : undefined}
              </td>
              <td className="row-actions">
                {state !== "revoked" && onRevoke !== undefined ? (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="red"
                    onClick={() => onRevoke(key)}
                    aria-label={t("keys.revokeNamed", { name: key.name })}
                  >
                    {t("keys.revoke")}
                  </Button>
                ) : undefined}
              </td>
            </tr>
          );
        })}
      </tbody>
    </TableFrame>
  );
}

type RevokeProps = {
  readonly keyInfo: KeyInfo | undefined;
  readonly onClose: () => void;
  readonly onRevoked: () => void;
};

function RevokeDialog({ keyInfo, onClose, onRevoked }: RevokeProps) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Refusal>();
  const close = () => {
    setProblem(undefined);
    onClose();
  };
  const revoke = async () => {
    if (keyInfo === undefined) return;
    setBusy(true);
    try {
      await ask(`/api/keys/${encodeURIComponent(keyInfo.id)}`, { method: "DELETE" });
      onRevoked();
      close();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened={keyInfo !== undefined}
      onClose={close}
      title={t("keys.revokeTitle")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <div className="dialog">
        <p>{t("keys.revokeText", { name: keyInfo?.name ?? "", prefix: keyInfo?.prefix ?? "" })}</p>
        {problem === undefined ? undefined : <Refused refusal={problem} />}
        <div className="dialog-actions">
          <Button variant="default" onClick={close} data-autofocus>
            {t("cancel")}
          </Button>
          <Button color="red" loading={busy} onClick={() => void revoke()}>
            {t("keys.revoke")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function stateOf(key: KeyInfo, nowMs: number): "valid" | "revoked" | "expired" {
  if (key.revokedAt !== null) return "revoked";
  return key.expiresAt !== null && Date.parse(key.expiresAt) <= nowMs ? "expired" : "valid";
}
