/** One figure that should be seen first. */
import type { ReactNode } from "react";

type Props = {
  readonly name: string;
  readonly tone?: "good" | "bad" | undefined;
  readonly note: string;
  readonly children: ReactNode;
};

export function Tile({ name, tone, note, children }: Props) {
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd className={tone === undefined ? "tile-value" : `tile-value ${tone}`}>{children}</dd>
      <dd className="tile-note">{note}</dd>
    </div>
  );
}
