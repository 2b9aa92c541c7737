/** Looks, language, and the way out. */
import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Language, languages, speak } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { useSessions } from "../session/session.tsx";

const schemes = ["auto", "light", "dark"] as const;
const schemeIcons = { auto: "auto", light: "sun", dark: "moon" } as const;

export function Looks() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("shell.language")}>
            <Icon name="language" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {Object.entries(languages).map(([language, name]) => (
            <Menu.Item
              key={language}
              lang={language}
              leftSection={<Tick on={i18n.language === language} />}
              onClick={() => void speak(language as Language)}
            >
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("shell.scheme")}>
            <Icon name={schemeIcons[colorScheme]} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {schemes.map((scheme) => (
            <Menu.Item
              key={scheme}
              leftSection={<Tick on={colorScheme === scheme} />}
              rightSection={<Icon name={schemeIcons[scheme]} size={16} />}
              onClick={() => setColorScheme(scheme)}
            >
              {t(`shell.schemes.${scheme}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

export function Controls() {
  const { t } = useTranslation();
  const { state, signOut } = useSessions();
  if (state.is !== "in") return <Looks />;
  const { role, tenant, project } = state.session;
  return (
    <>
      <Looks />
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("shell.account")}>
            <Icon name="person" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {t(`roles.${role}`)} · {tenant}/{project}
          </Menu.Label>
          <Menu.Item leftSection={<Icon name="leave" size={16} />} onClick={() => void signOut()}>
            {t("shell.signOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function Tick({ on }: { readonly on: boolean }) {
  return <span className="tick">{on ? <Icon name="check" size={14} /> : undefined}</span>;
}
