import { cut } from "#core/cut";
import type { Alert } from "./schema.ts";

type Digest = NonNullable<Alert["digest"]>;

/** What happened, for the subject: `digest: 3 changed; 2 wait`. */
export function digestHappened({ changes, waiting }: Digest): string {
  return `digest: ${countsText(changes, "nothing new")}; ${waits(total(waiting))}`;
}

export function digestHeadline({ changes, waiting }: Digest): string {
  const some = total(changes);
  const news = some === 0 ? "Nothing changed" : `${some} thing${some === 1 ? "" : "s"} happened`;
  return `${news}, and ${waits(total(waiting))}.`;
}

/** Its lines of the table of facts. */
export function digestFacts({ from, to }: Digest): readonly (readonly [label: string, value: string])[] {
  return [
    ["From", from],
    ["To", to],
  ];
}

/** Its lists, no line longer than a mail program shows. */
export function digestLists({ changes, changed, waiting, oldest }: Digest): readonly string[] {
  return [
    section(`What happened (${countsText(changes, "nothing")})`, total(changes), changed, ({ bucket, ...each }) => [
      `- ${bucket}`,
      `  ${each.outcome}, ${minute(each.at)}${each.actor === null ? "" : `, ${each.actor}`}`,
    ]),
    section(`What waits (${countsText(waiting, "nothing")})`, total(waiting), oldest, ({ bucket, ...each }) => [
      `- ${bucket}`,
      `  ${each.outcome} since ${minute(each.since)}${each.rule === null ? "" : `, rule ${each.rule}`}`,
    ]),
  ];
}

// --- internal ---

const COLUMNS = 80;

function section<T>(title: string, all: number, named: readonly T[], lines: (each: T) => string[]): string {
  if (named.length === 0) return "";
  const rest = all - named.length;
  const found = [`${title}:`, ...named.flatMap(lines), ...(rest > 0 ? [`  and ${rest} more`] : [])];
  return found.map((line) => cut(line, COLUMNS)).join("\n");
}

function countsText(counts: Digest["changes"], none: string): string {
  return (
    Object.entries(counts)
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(", ") || none
  );
}

function total(counts: Digest["changes"]): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function waits(count: number): string {
  return count === 0 ? "nothing waits" : `${count} ${count === 1 ? "bucket waits" : "buckets wait"}`;
}

/** `2026-11-27 08:00`, as ISO 8601 has it. */
function minute(at: string): string {
  return at.slice(0, "yyyy-mm-ddThh:mm".length).replace("T", " ");
}
