/** What stands on the first page before anything was served: how to serve the first request. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { FactoryStatus } from "../answers/shapes.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { Copyable } from "../parts/copy.tsx";
import { Icon } from "../parts/icon.tsx";
import { Empty } from "../parts/page.tsx";
import { useSession } from "../session/session.tsx";

export function NothingYet() {
  const { t } = useTranslation();
  const { role } = useSession();
  const { answer } = useAnswer<FactoryStatus>("/api/status");
  const model = answer?.engines[0]?.model ?? "tokenworks-tiny";
  const curl = `curl ${answer?.apiUrl ?? "http://127.0.0.1:8600/v1"}/chat/completions \\
  -H "Authorization: Bearer $TOKENWORKS_KEY" -H "Content-Type: application/json" \\
  -d '{"model":"${model}","messages":[{"role":"user","content":"What is a token factory?"}]}'`;
  return (
    <div className="panel">
      <Empty icon="stack" title={t("nothing.title")}>
        <p>{t("nothing.text")}</p>
        {role === "admin" ? (
          <Button component={Link} to="/playground" leftSection={<Icon name="chat" size={16} />}>
            {t("nothing.playground")}
          </Button>
        ) : undefined}
        <p className="quiet">{t("nothing.orCurl")}</p>
        <Copyable text={curl} label={t("nothing.command")} />
      </Empty>
    </div>
  );
}
