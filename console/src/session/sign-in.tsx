/** Sign-in: the key that was printed when the factory started, or one made on the command line. */
import "./sign-in.css";
import { Button, PasswordInput } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Refusal } from "../answers/ask.ts";
import { Mark } from "../parts/icon.tsx";
import { Looks } from "../shell/controls.tsx";
import { useSessions } from "./session.tsx";

export function SignIn() {
  const { t } = useTranslation();
  const { signIn } = useSessions();
  const [key, setKey] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const title = t("signIn.title");
  useEffect(() => {
    document.title = `${title} · Tokenworks`;
  }, [title]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() === "") {
      setProblem(t("signIn.empty"));
      field.current?.focus();
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(key.trim());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setProblem(wordsFor(error));
      setBusy(false);
      field.current?.focus();
    }
  };

  const wordsFor = ({ code, message }: Refusal) =>
    code === "invalid_api_key"
      ? t("signIn.unknown")
      : code === "key_revoked"
        ? t("signIn.revoked")
        : code === "key_expired"
          ? t("signIn.expired")
          : code === "rate_limit_exceeded"
            ? t("signIn.tooMany")
            : code === "unreachable"
              ? t("refused.unreachable")
              : message;

  return (
    <div className="sign-in">
      <div className="sign-in-tools">
        <Looks />
      </div>
      <main className="sign-in-card">
        <div className="sign-in-brand">
          <Mark size={40} />
          <div>
            <h1>Tokenworks</h1>
            <p>{t("signIn.tagline")}</p>
          </div>
        </div>
        <form onSubmit={(event) => void submit(event)}>
          <PasswordInput
            ref={field}
            label={t("signIn.key")}
            description={t("signIn.keyHint")}
            placeholder="tw-…"
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            error={problem}
            autoComplete="current-password"
            data-autofocus
            autoFocus
            spellCheck={false}
            size="md"
            visibilityToggleButtonProps={{ "aria-label": t("signIn.showKey") }}
          />
          <Button type="submit" size="md" fullWidth loading={busy}>
            {title}
          </Button>
        </form>
        <div className="sign-in-help">
          <p>{t("signIn.lost")}</p>
          <code tabIndex={0}>npx tokenworks keys create --name console --role admin</code>
        </div>
      </main>
    </div>
  );
}
