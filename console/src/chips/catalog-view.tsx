/** The catalog: narrowed and sorted by the address, a row's sources in a drawer, the chosen ones compared beneath. */
import { Button, Drawer, NativeSelect, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { useAnswer } from "../answers/use-answer.ts";
import { Icon } from "../parts/icon.tsx";
import { Empty, Refused, Waiting } from "../parts/page.tsx";
import { Panel } from "../parts/panel.tsx";
import { matches, type Order, orderOf, sorted } from "./catalog.ts";
import { comparedMin, comparedOf, lookOf } from "./compared.ts";
import { Comparison } from "./comparison.tsx";
import { Detail } from "./detail.tsx";
import { type Catalog, precisions } from "./shapes.ts";
import { ChipTable } from "./table.tsx";

export function CatalogView() {
  const { t } = useTranslation();
  const { name } = useParams();
  const navigate = useNavigate();
  const [address, setAddress] = useSearchParams();
  // The address follows a moment after: a field that is typed into cannot wait for it.
  const [search, setSearch] = useState(address);
  const isNarrow = useMediaQuery("(max-width: 48em)") ?? false;
  const { answer, refusal, waiting, again } = useAnswer<Catalog>("/api/chips");
  const all = answer?.chips ?? [];

  const filter = {
    text: search.get("text") ?? "",
    vendor: search.get("vendor") ?? "",
    precision: search.get("precision") ?? "",
  };
  const order = orderOf(search.get("sort"));
  const shown = sorted(
    all.filter((chip) => matches(chip, filter)),
    order,
  );
  const asked = search.get("compare");
  const names = useMemo(() => comparedOf(asked, all), [asked, answer]);
  const compared = useMemo(() => names.flatMap((one) => all.find((chip) => chip.name === one) ?? []), [names, answer]);

  const keep = (name: string, value: string | null) => {
    const next = new URLSearchParams(search);
    if (value === null) next.delete(name);
    else next.set(name, value);
    setSearch(next);
    setAddress(next, { replace: true });
  };
  const narrow = (name: keyof typeof filter, value: string) => keep(name, value === "" ? null : value);
  const compare = (name: string, chosen: boolean) => {
    const next = chosen ? [...names, name] : names.filter((one) => one !== name);
    keep("compare", next.join(","));
  };
  /** Largest first, then smallest, then as the catalog has it; names and months the other way round. */
  const sort = (by: Order["by"]) => {
    const downFirst = by !== "name" && by !== "available";
    const ways = downFirst ? [`-${by}`, by] : [by, `-${by}`];
    keep("sort", order?.by !== by ? (ways[0] ?? null) : order.down === downFirst ? (ways[1] ?? null) : null);
  };
  const close = useCallback(() => void navigate({ pathname: "/chips", search: search.toString() }), [navigate, search]);

  if (waiting) return <Waiting rows={10} />;
  if (answer === undefined) return refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />;
  const chip = all.find((one) => one.name === name);
  return (
    <div className="sections">
      <div className="chip-filters" role="search" aria-label={t("chips.filter")}>
        <TextInput
          label={t("chips.name")}
          placeholder={t("chips.nameHint")}
          value={filter.text}
          onChange={(event) => narrow("text", event.currentTarget.value)}
          spellCheck={false}
        />
        <NativeSelect
          label={t("chips.vendor")}
          value={filter.vendor}
          onChange={(event) => narrow("vendor", event.currentTarget.value)}
          data={[
            { value: "", label: t("chips.any") },
            ...[...new Set(all.map(({ vendor }) => vendor))].map((value) => ({ value, label: value })),
          ]}
        />
        <NativeSelect
          label={t("chips.computesIn")}
          value={filter.precision}
          onChange={(event) => narrow("precision", event.currentTarget.value)}
          data={[
            { value: "", label: t("chips.any") },
            ...precisions.map((value) => ({ value, label: t(`chips.columns.${value}`) })),
          ]}
        />
        <span className="quiet chip-count" role="status">
          {t("chips.shown", { count: shown.length })}
        </span>
      </div>
      <div className="panel">
        {shown.length === 0 ? (
          <Empty icon="chip" title={t("chips.noMatch")}>
            <p>{t("chips.noMatchHint")}</p>
          </Empty>
        ) : (
          <ChipTable
            chips={shown}
            open={name}
            compared={names}
            order={order}
            search={search.toString()}
            onOrder={sort}
            onCompare={compare}
          />
        )}
        <p className="foot-note inside chip-legend">{t("chips.legend")}</p>
      </div>
      <Panel
        title={t("chips.compare.title")}
        hint={t("chips.compare.hint")}
        actions={
          names.length === 0 ? undefined : (
            <>
              <Button
                size="xs"
                variant="default"
                component={Link}
                to={`/chips/predictions?chips=${compared.map((one) => one.name).join(",")}`}
              >
                {t("chips.compare.predict")}
              </Button>
              <Button size="xs" variant="subtle" onClick={() => keep("compare", "")}>
                {t("chips.compare.clear")}
              </Button>
            </>
          )
        }
      >
        <ul className="chosen-chips" aria-label={t("chips.compare.chosen")}>
          {compared.map(({ name: one, title }, index) => (
            <li key={one}>
              <span className="swatch" style={{ background: lookOf(index).color }} />
              {title}
              <button
                type="button"
                aria-label={t("chips.compare.leave", { chip: title })}
                onClick={() => compare(one, false)}
              >
                <Icon name="cross" size={13} />
              </button>
            </li>
          ))}
          {compared.length < comparedMin ? <li className="quiet none">{t("chips.compare.few")}</li> : undefined}
        </ul>
      </Panel>
      {compared.length < comparedMin ? undefined : <Comparison chips={compared} />}
      <Drawer
        opened={chip !== undefined}
        onClose={close}
        position="right"
        size={isNarrow ? "100%" : 660}
        title={chip?.title}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        {chip === undefined ? undefined : <Detail chip={chip} />}
      </Drawer>
    </div>
  );
}
