/** A text with numbered lines; those that are wrong are marked, and the keyboard can be sent to one of them. */
import { type KeyboardEvent, type Ref, useRef } from "react";

type Props = {
  readonly label: string;
  readonly value: string;
  readonly wrong: readonly number[];
  readonly field: Ref<HTMLTextAreaElement>;
  readonly describedBy: string | undefined;
  readonly onChange: (value: string) => void;
  /** Ctrl or ⌘ and Enter. */
  readonly onRun: () => void;
};

export function Editor({ label, value, wrong, field, describedBy, onChange, onRun }: Props) {
  const beside = useRef<HTMLDivElement>(null);
  const lines = value.split("\n").length;
  const run = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onRun();
  };
  return (
    <div className="editor">
      <div className="editor-beside" aria-hidden="true">
        <div ref={beside}>
          {Array.from({ length: lines }, (_, index) => (
            <span key={index} className={wrong.includes(index + 1) ? "wrong" : undefined}>
              {index + 1}
            </span>
          ))}
        </div>
      </div>
      <textarea
        ref={field}
        aria-label={label}
        aria-invalid={wrong.length > 0}
        aria-describedby={describedBy}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={run}
        onScroll={(event) => {
          if (beside.current !== null) {
            beside.current.style.transform = `translateY(${-event.currentTarget.scrollTop}px)`;
          }
        }}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        wrap="off"
      />
    </div>
  );
}
