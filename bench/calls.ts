import { drill, ECHO, type Response, TRAIL_DELAY_MS } from "./drill/drill.ts";
import { incidents } from "./drill/incidents.ts";
import { quantile } from "./report/quantile.ts";
import { type Row, report } from "./report/report.ts";
import { onStage } from "./stage/stage.ts";

/**
 * AWS calls per event, by outcome, from the call log: S3's, KMS's and all. ROUNDS (default 3) of
 * one event for each outcome; in the last one 11 seconds pass before each, which leaves only the
 * key's resolution in the caches.
 *
 *     npm run bench:calls -- [ROUNDS] [--json]
 */
const rounds = Number(process.argv[2] ?? 3) || 3;
/** Policy pointer and pins are cached for ten seconds, the pause switch for five. */
const STALE_MS = 11_000;
/** Calls to S3 and KMS by which a plan that writes may know what it would harm, all at once. */
const FOR_HAZARDS = 8;
/** Cloud Custodian 0.9.53 on the same emulator: one CloudTrail event, violation and compliant. */
const CUSTODIAN = { changed: 17, "left alone": 14 } as const;

/** The two that were measured with Custodian too: one violation, one compliant bucket. */
const HEADLINES = new Map(
  (["left alone", "changed"] as const).map((outcome) => [
    incidents.find((incident) => incident.outcome === outcome)?.what ?? "",
    { headline: { custodian: `${CUSTODIAN[outcome]} in all` } },
  ]),
);

await onStage(TRAIL_DELAY_MS, async (stage) => {
  const last = rounds - 1;
  const responses = await drill(stage, rounds, (round) => (round === last ? STALE_MS : 0));
  const [cold] = responses;
  const rows = [...incidents.map(({ what, outcome }) => rowOf(what, outcome)), rowOf(ECHO, "left alone")];
  if (cold !== undefined)
    rows.push({ what: "AWS calls for the very first event of a cold function (changed)", result: countOf(cold) });
  report("calls", rows, [
    "The function's calls for one event, from the call log of the local AWS, one event at a time: to S3, to KMS (key resolution), and all, including DynamoDB, SSM and SNS.",
    "The first figure is the median of successive events, with warm caches; the second that of an event after 11 s of silence, when only the key's resolution is still cached (for five minutes).",
    "Lambda's own polling of the queue is not counted.",
    "A look that would write also reads, in parallel, what its hazards rest on: six configurations of the bucket, the key's policy and its grants.",
    `Cloud Custodian 0.9.53, same emulator, one event: ${CUSTODIAN.changed} calls for a violation, ${CUSTODIAN["left alone"]} for a compliant bucket.`,
  ]);

  function rowOf(what: string, outcome: string): Row {
    const mine = responses.filter((response) => response.what === what);
    const typical = byCount(mine.filter(({ round }) => round !== last));
    const stale = what === ECHO ? undefined : mine.find(({ round }) => round === last);
    const { goal, most, of } = goalOf(outcome);
    const made = Math.max(...mine.map((response) => of.reduce((sum, service) => sum + count(response, service), 0)));
    return {
      what: `AWS calls for an event, ${what}`,
      result: countOf(typical) + (stale === undefined ? "" : `; after 11 s of silence ${countOf(stale)}`),
      goal,
      met: made <= most,
      ...(HEADLINES.get(what) ?? {}),
    };
  }
});

// --- internal ---

/**
 * The most calls for an outcome: what a look, and a write with its verification, take by
 * themselves, and where there is something to write what its hazards rest on.
 */
function goalOf(outcome: string): { readonly goal: string; readonly most: number; readonly of: readonly string[] } {
  if (outcome !== "changed" && outcome !== "reported") return { goal: "<= 1 S3 call", most: 1, of: ["s3"] };
  const own = outcome === "changed" ? 3 : 1;
  const goal = `<= ${own} S3 + 1 KMS, and ${FOR_HAZARDS} for hazards`;
  return { goal, most: own + 1 + FOR_HAZARDS, of: ["s3", "kms"] };
}

function count({ calls }: Response, service: string): number {
  return calls.filter((call) => call.service === service).length;
}

function countOf(response: Response): string {
  return `${count(response, "s3")} S3 + ${count(response, "kms")} KMS, ${response.calls.length} in all`;
}

/** The response with the median number of calls. */
function byCount(responses: readonly Response[]): Response {
  const median = quantile(
    responses.map(({ calls }) => calls.length),
    0.5,
  );
  const found = responses.find(({ calls }) => calls.length === median);
  if (found === undefined) throw new Error("no invocation handled an incident");
  return found;
}
