/** What is wrong with a file, line by line, as the API tells it: `scenario.yaml:12:5: own.die: …`. Pure. */

export type Problem = {
  /** From 1; undefined when it concerns the whole. */
  readonly line: number | undefined;
  readonly text: string;
};

export function problemsOf(message: string): readonly Problem[] {
  return message.split("\n").map((line) => {
    const [, at, text] = /^[\w-]+\.yaml:(\d+):\d+: (.*)$/.exec(line) ?? [];
    if (at === undefined || text === undefined) return { line: undefined, text: line };
    return { line: Number(at), text };
  });
}

/** Where a line begins and ends in a text, for a selection. */
export function spanOfLine(text: string, line: number): readonly [from: number, to: number] {
  const lines = text.split("\n");
  const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return [from, from + (lines[line - 1]?.length ?? 0)];
}
