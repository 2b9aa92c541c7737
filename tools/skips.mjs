/** A reporter for `node --test` that lists the skipped tests with their reasons, and nothing else. */
export default async function* skips(events) {
  for await (const { type, data } of events) {
    if ((type === "test:pass" || type === "test:fail") && data.skip !== undefined) {
      yield `SKIPPED ${data.name}: ${data.skip === true ? "no reason given" : data.skip}\n`;
    }
  }
}
