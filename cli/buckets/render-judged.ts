import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import { safe } from "#core/safe";
import type { Output } from "../terminal/output.ts";
import type { Colour } from "../terminal/paint.ts";
import { plural } from "../terminal/plural.ts";
import { printable } from "../terminal/printable.ts";
import type { Judged, Standing } from "./judge-bucket.ts";

/** The heading of a group, and whether its buckets are listed when there is more than one. */
interface Group {
  readonly title: string;
  readonly mark: string;
  readonly colour: Colour;
  readonly listed: boolean;
}

/**
 * One line with everything that is declared of buckets: `AES256, bucket key off, SSE-C blocked`.
 */
export function stateLine({ algorithm, key, bucketKey, sseC }: BucketEncryption): string {
  const under = key === undefined ? "" : ` under ${safe(key)}`;
  const state = [`${safe(algorithm ?? "no default")}${under}`, `bucket key ${shownValue(bucketKey)}`];
  return [...state, `SSE-C ${shownValue(sseC)}`].join(", ");
}

/** Prints buckets grouped by standing, each change as a small diff, and a summary line. */
export function printJudged(judged: readonly Judged[], out: Output): void {
  // A single write: thousands of lines would be thousands of system calls.
  out.line(judgedLines(judged, out).join("\n"));
}

/** The lines of `printJudged`. */
export function judgedLines(judged: readonly Judged[], out: Output): string[] {
  return [...grouped(judged, out), summaryLine(judged)];
}

/** The number of buckets per standing. */
export function countStandings(judged: readonly Judged[]): Record<Standing, number> {
  const counts = Object.fromEntries(ORDER.map((standing) => [standing, 0])) as Record<Standing, number>;
  for (const { standing } of judged) counts[standing] += 1;
  return counts;
}

/** One line per attribute that differs: `algorithm  AES256 -> aws:kms`. */
export function diffLines(before: BucketEncryption | null, after: WantedEncryption): string[] {
  return ATTRIBUTES.flatMap(([name, key]) => {
    const from = shownValue(before?.[key]);
    const to = shownValue(after[key]);
    return from === to ? [] : [`${name.padEnd(10)} ${safe(from)} -> ${safe(to)}`];
  });
}

/** `500 buckets: 100 would change, 400 as declared` */
export function summaryLine(judged: readonly Judged[]): string {
  const counts = new Map<Shown, number>();
  for (const each of judged) counts.set(shownAs(each), (counts.get(shownAs(each)) ?? 0) + 1);
  const parts = SHOWN.flatMap((shown) => (counts.has(shown) ? [`${counts.get(shown)} ${SHORT[shown]}`] : []));
  return `${plural(judged.length, "bucket")}${parts.length > 0 ? `: ${parts.join(", ")}` : ""}`;
}

// --- internal ---

/**
 * Groups of the text: a rule that is off is told from none, and what is as declared under a key
 * that cannot be used from what is well.
 */
type Shown = Standing | "off" | "at-risk";

const SHOWN: readonly Shown[] = [
  "unreadable",
  "change",
  "held",
  "at-risk",
  "exempt",
  "service-managed",
  "off",
  "unmanaged",
  "gone",
  "compliant",
];

const ORDER: readonly Standing[] = SHOWN.filter((group) => group !== "off" && group !== "at-risk");

function shownAs({ standing, plan, isKeyAtRisk }: Judged): Shown {
  if (isKeyAtRisk === true && standing === "compliant") return "at-risk";
  return standing === "unmanaged" && plan.mode === "off" ? "off" : standing;
}

const GROUPS: Readonly<Record<Shown, Group>> = {
  unreadable: { title: "could not be read", mark: "?", colour: "red", listed: true },
  change: { title: "would change", mark: "~", colour: "yellow", listed: true },
  held: { title: "held back: differs, but needs a decision", mark: "!", colour: "red", listed: true },
  "at-risk": { title: "as declared, under a key that cannot be used", mark: "!", colour: "red", listed: true },
  exempt: { title: "exempt", mark: "-", colour: "dim", listed: true },
  "service-managed": { title: "managed by an AWS service, not changed", mark: "-", colour: "dim", listed: true },
  off: { title: "unmanaged: the rule is off", mark: "-", colour: "dim", listed: false },
  unmanaged: { title: "unmanaged: no rule applies", mark: "-", colour: "dim", listed: false },
  gone: { title: "gone", mark: "-", colour: "dim", listed: true },
  compliant: { title: "as declared", mark: "=", colour: "green", listed: false },
};

const ATTRIBUTES = [
  ["algorithm", "algorithm"],
  ["key", "key"],
  ["bucket key", "bucketKey"],
  ["SSE-C", "sseC"],
] as const;

/** A value in the words of the reasons (`bucket key: off, declared on`). */
function shownValue(value: string | boolean | undefined): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (value === "SSE-C") return "blocked";
  if (value === "NONE") return "allowed";
  return value === "not-stated" ? "not stated" : (value ?? "(none)");
}

function* grouped(judged: readonly Judged[], out: Output): Generator<string> {
  for (const shown of SHOWN) {
    const members = judged.filter((each) => shownAs(each) === shown);
    const group = GROUPS[shown];
    if (members.length === 0 || (!group.listed && judged.length > 1)) continue;
    yield out.paint("bold", `${group.title} (${members.length})`);
    for (const member of members) yield* bucketLines(member, group, out);
    yield "";
  }
}

function* bucketLines({ ref, standing, plan }: Judged, group: Group, out: Output): Generator<string> {
  const rule = plan.rule === null ? "" : `  rule ${safe(plan.rule)}`;
  const observed =
    standing === "change" && plan.mode === "observe" ? "  (observe mode: apply needs --include-observe)" : "";
  yield `  ${out.paint(group.colour, group.mark)} ${safe(ref.bucket)}  ${safe(ref.region)}${rule}${out.paint("dim", observed)}`;
  if (standing === "held" && plan.before !== null) yield `      is ${stateLine(plan.before)}`;
  if (plan.after !== null) for (const line of diffLines(plan.before, plan.after)) yield `      ${line}`;
  for (const reason of plan.reasons) yield out.paint("dim", `      because ${printable(reason.text)}`);
}

const SHORT: Readonly<Record<Shown, string>> = {
  unreadable: "could not be read",
  change: "would change",
  held: "held",
  "at-risk": "as declared under a key at risk",
  exempt: "exempt",
  "service-managed": "managed by a service",
  off: "whose rule is off",
  unmanaged: "unmanaged",
  gone: "gone",
  compliant: "as declared",
};
