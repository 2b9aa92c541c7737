/** Whether what a page shows arrives by itself. */
import { useTranslation } from "react-i18next";
import { useLiveState } from "../answers/live.tsx";

export function LiveMark() {
  const { t } = useTranslation();
  const state = useLiveState();
  return (
    <span className={`live ${state}`} role="status">
      <span className="live-dot" aria-hidden="true" />
      {t(`live.${state}`)}
    </span>
  );
}
