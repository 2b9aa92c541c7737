/** Text to take away: a button that copies it, and says so to everybody. */
import { Button, CopyButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "./icon.tsx";

/** The button alone, for what is not shown, such as the address of a page. */
export function Copy({ text, label }: { readonly text: string; readonly label: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={text} timeout={2000}>
      {({ copied, copy }) => (
        <Button
          size="xs"
          variant={copied ? "light" : "default"}
          leftSection={<Icon name={copied ? "check" : "copy"} size={14} />}
          onClick={copy}
        >
          <span aria-live="polite">{copied ? t("copied") : label}</span>
        </Button>
      )}
    </CopyButton>
  );
}

/** A field that shows the text, with its button. */
export function Copyable({ text, label }: { readonly text: string; readonly label: string }) {
  const { t } = useTranslation();
  return (
    <div className="copyable">
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <Copy text={text} label={t("copy")} />
    </div>
  );
}
