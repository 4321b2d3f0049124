import { drill, type Response, TRAIL_DELAY_MS } from "./drill/drill.ts";
import { quantile } from "./report/quantile.ts";
import { type Row, report } from "./report/report.ts";
import { onStage } from "./stage/stage.ts";

/**
 * Milliseconds per event inside a warm function, by outcome: Lambda's own "Duration" of every
 * invocation (from its REPORT line), which includes middleware, parsing and all AWS calls. ROUNDS
 * (default 6) of one event for each outcome, one at a time.
 *
 *     npm run bench:warm -- [ROUNDS] [--json]
 */
const rounds = Number(process.argv[2] ?? 6) || 6;
const GOAL_MS = 100;
/** On the same emulator, in process, without its import. */
const CUSTODIAN: Readonly<Record<string, string>> = { changed: "670 to 960 ms", "left alone": "500 to 700 ms" };

await onStage(TRAIL_DELAY_MS, async (stage) => {
  const [cold, ...warm] = await drill(stage, rounds, () => 0);
  const outcomes = [...new Set(warm.map(({ look }) => look.outcome))];
  const rows = outcomes.map((outcome) =>
    rowOf(
      outcome,
      warm.filter(({ look }) => look.outcome === outcome),
    ),
  );
  rows.push(rowOf("any outcome", warm));
  if (cold !== undefined) rows.push({ what: "the first event, cold function", result: `${cold.look.duration} ms` });
  report("warm", rows, [
    "Duration of the whole invocation as the local AWS reports it (REPORT lines in CloudWatch Logs), one event per invocation, including calls to the local AWS, which take 3 to 10 ms each here.",
    "The goal applies to the p95, which a busy machine moves first: at a load average of 10 it was 232 ms for a repair.",
    `In brackets the look alone, as the function logs it ("milliseconds" of "bucket looked at").`,
    "Cloud Custodian 0.9.53, same emulator, one event in process: 670 to 960 ms for a violation, 500 to 700 ms for a compliant bucket, without its import.",
  ]);
});

// --- internal ---

function rowOf(what: string, responses: readonly Response[]): Row {
  const whole = responses.map(({ look }) => look.duration);
  const looks = responses.map(({ look }) => look.milliseconds);
  const custodian = CUSTODIAN[what];
  const p95 = quantile(whole, 0.95);
  return {
    what: `inside a warm function, ${what} (${responses.length} events)`,
    result: `p50 ${quantile(whole, 0.5)} ms, p95 ${p95} ms (look: p50 ${quantile(looks, 0.5)} ms, p95 ${quantile(looks, 0.95)} ms)`,
    goal: `p95 <= ${GOAL_MS} ms`,
    met: p95 <= GOAL_MS,
    ...(custodian === undefined ? {} : { headline: { custodian } }),
  };
}
