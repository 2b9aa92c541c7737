/** Price books: what a token of each class costs whom, from when. Prices are changed on the factory's page. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { PriceBook } from "../../../src/stack/resource.ts";
import type { Prices } from "../answers/shapes.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { dateOnly } from "../format/time.ts";
import { useMoney } from "../parts/money.tsx";
import { Empty, Page, Refused, Waiting } from "../parts/page.tsx";
import { Panel, TableFrame } from "../parts/panel.tsx";
import { useSession } from "../session/session.tsx";
import { inOrder } from "./order.ts";

export default function PricesPage() {
  const { t } = useTranslation();
  const { role } = useSession();
  const { answer, refusal, waiting, again } = useAnswer<Prices>("/api/prices", { everyMs: 60_000 });
  return (
    <Page
      title={t("pages.prices")}
      lead={
        <>
          {t("prices.lead")} {role === "admin" ? <Link to="/factory">{t("prices.change")}</Link> : undefined}
        </>
      }
    >
      {waiting ? <Waiting /> : undefined}
      {refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />}
      {answer?.books.length === 0 ? (
        <div className="panel">
          <Empty icon="price" title={t("prices.none")} />
        </div>
      ) : undefined}
      <div className="sections">
        {answer?.books.map((book) => (
          <Book key={book.name} book={book} />
        ))}
      </div>
    </Page>
  );
}

const classes = ["input", "cachedInput", "output", "reasoning"] as const;

function Book({ book }: { readonly book: PriceBook }) {
  const { t, i18n } = useTranslation();
  const { rate } = useMoney();
  return (
    <Panel title={book.name} hint={book.name === "list" ? t("prices.list") : t("prices.own")} flush>
      <TableFrame label={t("prices.book", { name: book.name })}>
        <thead>
          <tr>
            <th scope="col">{t("requests.model")}</th>
            <th scope="col">{t("prices.from")}</th>
            <th scope="col">{t("keys.state")}</th>
            {classes.map((name) => (
              <th key={name} scope="col" className="number">
                {t(`tokenClasses.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inOrder(book.prices, Date.now()).map(({ price, state }) => (
            <tr key={`${price.model} ${price.from}`} className={state === "past" ? "faded" : undefined}>
              <th scope="row">{price.model}</th>
              <td>{dateOnly(price.from, i18n.language)}</td>
              <td>
                <span className={`price-state ${state}`}>{t(`prices.states.${state}`)}</span>
              </td>
              {classes.map((name) => {
                const own = price[`${name}UsdPerMillion`];
                const instead = name === "cachedInput" ? price.inputUsdPerMillion : price.outputUsdPerMillion;
                return (
                  <td key={name} className={own === undefined ? "number quiet" : "number"}>
                    {rate(Number(own ?? instead))}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </TableFrame>
      <p className="foot-note inside">{t("prices.unit")}</p>
    </Panel>
  );
}
