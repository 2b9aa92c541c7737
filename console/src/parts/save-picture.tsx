/** Saves the chart of the panel that it stands in as PNG; where a table is shown, there is none. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { savePng } from "./save.ts";

export function SavePicture({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  return (
    <Button size="xs" variant="default" onClick={(event) => void savePng(name, event.currentTarget.closest(".panel"))}>
      {t("exports.png")}
    </Button>
  );
}
