/** A line that shows how far a transfer is: drawn over and over on a terminal, a line now and then elsewhere. */
import { bar, bytesText } from "./terminal.ts";

const redrawMs = 100;
const sayEvery = 0.1;
const barColumns = 30;

export type Progress = { show(doneBytes: number, totalBytes: number | null): void; end(): void };

export function progressLine(
  name: string,
  stream: NodeJS.WriteStream,
  now: () => number = () => performance.now(),
): Progress {
  const startedMs = now();
  let startedAt: number | undefined;
  let drawnMs = -Infinity;
  let said = 0;
  let isDrawn = false;
  return {
    show(doneBytes, totalBytes) {
      startedAt ??= doneBytes;
      const isDone = doneBytes === totalBytes;
      const seconds = Math.max(0.001, (now() - startedMs) / 1000);
      const text = progressText(name, doneBytes, totalBytes, (doneBytes - startedAt) / seconds);
      if (!stream.isTTY) {
        const share = totalBytes === null || totalBytes === 0 ? 0 : doneBytes / totalBytes;
        if (share < said + sayEvery && !isDone) return;
        said = share;
        stream.write(`${text}\n`);
        return;
      }
      if (now() - drawnMs < redrawMs && !isDone) return;
      drawnMs = now();
      isDrawn = true;
      stream.write(`\r\u001B[2K${text.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
    },
    end() {
      if (isDrawn) stream.write("\n");
      isDrawn = false;
    },
  };
}

/** `model.gguf  ██████        42 %  1.2 GB of 2.9 GB  31 MB/s  55 s left`. */
export function progressText(name: string, done: number, total: number | null, bytesPerSecond: number): string {
  const speed = bytesPerSecond > 0 ? `  ${bytesText(bytesPerSecond)}/s` : "";
  if (total === null || total === 0) return `${name}  ${bytesText(done)}${speed}`;
  const share = Math.min(1, done / total);
  const left = bytesPerSecond > 0 && done < total ? `  ${spanText((total - done) / bytesPerSecond)} left` : "";
  const drawn = bar(share, barColumns).padEnd(barColumns);
  return `${name}  ${drawn}  ${Math.floor(share * 100)} %  ${bytesText(done)} of ${bytesText(total)}${speed}${left}`;
}

function spanText(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  return seconds < 3600
    ? `${Math.ceil(seconds / 60)} min`
    : `${Math.floor(seconds / 3600)} h ${Math.ceil((seconds % 3600) / 60)} min`;
}
