/**
 * Holds the books against what clients saw and what the upstream sent. Pure: the same three accounts give the same
 * verdict.
 */
import type { Seen } from "./client.ts";
import type { Sent } from "./upstream.ts";

export type Booked = {
  readonly id: string;
  readonly model: string;
  readonly outcome: string;
  readonly cut: string | null;
  readonly input: number;
  readonly output: number;
};

/** A stream's relayed tokens are on disk at most this long after they went out, its writer being scheduled at all. */
const checkpointMs = 250;
/** For a machine that is busy: a checkpoint is written by a timer, after the events that came before it. */
const slackMs = 400;

/**
 * What is wrong, in words; empty when nothing is.
 *
 * @param mockModel requests of this model went to the upstream that remembers
 */
export function verify(
  seen: readonly Seen[],
  booked: readonly Booked[],
  sent: ReadonlyMap<string, Sent>,
  mockModel: string,
): string[] {
  const books = new Map(booked.map((row) => [row.id, row]));
  const problems: string[] = [];
  if (books.size !== booked.length) problems.push(`${booked.length - books.size} requests are booked twice`);
  const known = new Set<string>();
  for (const one of seen) {
    if (one.id === undefined) continue;
    known.add(one.id);
    const row = books.get(one.id);
    // A request that was refused before it was taken on is on no books.
    if (row === undefined && one.status !== 200 && one.chunksMs.length === 0) continue;
    if (row === undefined) problems.push(`${one.id} was answered and is not booked`);
    else
      problems.push(
        ...wrongs(one, row, sent.get(one.id)).map((wrong) => `${one.id} (${describe(one, row)}): ${wrong}`),
      );
  }
  for (const row of booked) {
    if (known.has(row.id)) continue;
    // Its client never got a head, so it can owe for nothing but a whole answer that died on the last metre.
    if (row.model === mockModel && !sent.has(row.id)) problems.push(`${row.id} is booked and was never sent upstream`);
  }
  return problems;
}

function wrongs(one: Seen, row: Booked, sent: Sent | undefined): string[] {
  const chunks = one.chunksMs.length;
  if (one.isWhole) {
    const expected = one.streamed ? chunks : one.saidOutput;
    return [
      ...(row.outcome === "complete" ? [] : [`the client saw all of it, and it is booked as ${row.outcome}`]),
      ...(row.output === expected ? [] : [`the client saw ${expected} output tokens, ${row.output} are booked`]),
      ...(one.saidInput === undefined || row.input === one.saidInput ? [] : [`${row.input} input tokens are booked`]),
    ];
  }
  // Bytes may be lost between our socket and the client's, never come from nowhere.
  const most = sent?.output ?? Number.POSITIVE_INFINITY;
  const crashed = row.cut === "gateway_crash";
  const lastMs = one.chunksMs.at(-1) ?? 0;
  const least = crashed ? one.chunksMs.filter((atMs) => atMs < lastMs - checkpointMs - slackMs).length : chunks;
  return [
    ...(row.output <= most ? [] : [`${row.output} output tokens are booked, ${most} were sent`]),
    ...(row.output >= least
      ? []
      : [`the client got ${chunks} output tokens (${least} to be booked), ${row.output} are`]),
    ...(row.outcome === "complete" && most !== Number.POSITIVE_INFINITY && row.output !== most
      ? ["it is booked as complete with less than was sent"]
      : []),
  ];
}

function describe(one: Seen, row: Booked): string {
  const kind = one.streamed ? "stream" : "JSON";
  return `${row.model}, ${kind}, ${one.chunksMs.length} chunks, ${one.isWhole ? "whole" : "cut"}, ${row.outcome} ${row.cut ?? ""}`.trim();
}
