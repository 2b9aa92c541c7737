/** What stands in place of a page that broke: most often a part of the console that a newer version has replaced. */
import { Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icon.tsx";
import { Empty } from "./page.tsx";

type Props = { readonly children: ReactNode };
type State = { readonly broke: boolean };

/** React has no other way to catch what a part throws while it is drawn; the browser's console still shows it. */
export class Boundary extends Component<Props, State> {
  override state: State = { broke: false };

  static getDerivedStateFromError(): State {
    return { broke: true };
  }

  override render(): ReactNode {
    return this.state.broke ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { t } = useTranslation();
  return (
    <div className="panel" role="alert">
      <Empty icon="warning" title={t("broken.title")}>
        <p>{t("broken.text")}</p>
        <Button leftSection={<Icon name="retry" size={16} />} onClick={() => location.reload()}>
          {t("broken.reload")}
        </Button>
      </Empty>
    </div>
  );
}
