/** What stands around every page: the way between them, how the factory is, looks and language, and the way out. */
import { Burger, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { Icon, Mark } from "../parts/icon.tsx";
import { useSession } from "../session/session.tsx";
import { Controls } from "./controls.tsx";
import { homeOf, type PageEntry } from "./pages.ts";
import { StatusBadge } from "./status.tsx";

type Props = { readonly pages: readonly PageEntry[]; readonly children: ReactNode };

export function Shell({ pages, children }: Props) {
  const { t } = useTranslation();
  const { factory } = useSession();
  const { pathname } = useLocation();
  const [menuIsOpen, menu] = useDisclosure(false);
  const main = useRef<HTMLElement>(null);
  const section = pathname.split("/")[1] ?? "";
  const home = homeOf(section);

  // A page that was chosen is where the reader is: the keyboard follows, the first time excepted.
  const first = useRef(true);
  useEffect(() => {
    menu.close();
    window.scrollTo(0, 0);
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [section]);

  const ways = (
    <nav aria-label={t("shell.pages")}>
      <ul className="ways">
        {pages.map(({ path, name, icon }) => (
          <li key={path}>
            <Link
              to={path}
              className={path === home ? "way active" : "way"}
              aria-current={path === home ? "page" : undefined}
              onClick={menu.close}
            >
              <Icon name={icon} />
              {t(`pages.${name}`)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );

  return (
    <>
      <a className="skip" href="#main">
        {t("shell.skip")}
      </a>
      <header className="masthead">
        <div className="only-narrow">
          <Burger
            opened={menuIsOpen}
            onClick={menu.toggle}
            size="sm"
            aria-label={t("shell.menu")}
            aria-expanded={menuIsOpen}
          />
        </div>
        <Link to={pages[0]?.path ?? "/"} className="brand">
          <Mark />
          <span>Tokenworks</span>
        </Link>
        <span className="factory-name" title={t("shell.factory")}>
          {factory}
        </span>
        <span className="spacer" />
        <StatusBadge />
        <Controls />
      </header>
      <aside className="side only-wide">{ways}</aside>
      <Drawer
        opened={menuIsOpen}
        onClose={menu.close}
        size={260}
        title="Tokenworks"
        closeButtonProps={{ "aria-label": t("close") }}
      >
        {ways}
      </Drawer>
      <main id="main" className="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
