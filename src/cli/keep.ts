/** What a command makes, written to the file that an option names. */
import { writeFileSync } from "node:fs";
import { Fault } from "../stack/fault.ts";

/**
 * @param param The option that named the file.
 * @throws Fault `invalid_value` where it cannot be written.
 */
export function keep(file: string, param: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Fault("invalid_value", {
      message: `${file} cannot be written (${code ?? message}).`,
      remedy: `Name another file by --${param}.`,
      param,
    });
  }
}
