/** Saves the chart of the panel that it stands in as a picture; where a table is shown, there is none. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { saveCsv, savePng, saveSvg } from "./save.ts";

export function SavePicture({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  return (
    <Button size="xs" variant="default" onClick={(event) => void savePng(name, event.currentTarget.closest(".panel"))}>
      {t("exports.png")}
    </Button>
  );
}

/** The figures of a chart as CSV, and itself as a drawing. */
export function Saves({
  name,
  rows,
}: {
  readonly name: string;
  readonly rows: () => readonly (readonly (string | number)[])[];
}) {
  const { t } = useTranslation();
  return (
    <>
      <Button size="xs" variant="default" onClick={() => saveCsv(name, rows())}>
        {t("exports.csv")}
      </Button>
      <Button size="xs" variant="default" onClick={(event) => saveSvg(name, event.currentTarget.closest(".panel"))}>
        SVG
      </Button>
    </>
  );
}
