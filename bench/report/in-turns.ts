import { readFile } from "node:fs/promises";
import type { LocalAws } from "../../sandbox/local-aws.ts";
import { quantile } from "./quantile.ts";
import type { Row } from "./report.ts";

/** What one way of doing something cost. */
interface Sample {
  readonly calls: number;
  readonly ms: number;
}

/** The samples of `plan` and of a bare client that does the same, round by round. */
interface Turns {
  readonly plan: readonly Sample[];
  readonly bare: readonly Sample[];
}

/**
 * Measures `plan` and a bare client: calls from the call log, and wall time. Which one goes first
 * alternates with every round; the first round is a warm-up and does not count.
 */
export async function inTurns(
  { callLog }: LocalAws,
  rounds: number,
  plan: () => Promise<void>,
  bare: () => Promise<void>,
): Promise<Turns> {
  const measured = { plan: [] as Sample[], bare: [] as Sample[] };
  for (let round = 0; round <= rounds; round++) {
    for (const who of round % 2 === 0 ? (["plan", "bare"] as const) : (["bare", "plan"] as const)) {
      const before = await lines(callLog);
      const begun = performance.now();
      await (who === "plan" ? plan() : bare());
      const ms = performance.now() - begun;
      if (round > 0) measured[who].push({ ms, calls: (await lines(callLog)) - before });
    }
  }
  return measured;
}

/**
 * A row each for calls and wall time: the median of the rounds' ratios, beside both medians.
 * @param custodian - Cloud Custodian's ratios to a bare client of its own, which makes headlines
 */
export function rowsOfTurns(
  { over, how, goal, custodian }: Comparison & { readonly custodian?: Readonly<Record<keyof Sample, number>> },
  { plan, bare }: Turns,
): Row[] {
  const pairs = plan.map((mine, round) => [mine, bare[round] as Sample] as const);
  return (["calls", "ms"] as const).map((of) => {
    const middle = (samples: readonly Sample[]) => text[of](median(samples.map((sample) => sample[of])));
    const ratio = median(pairs.map(([mine, theirs]) => mine[of] / theirs[of]));
    return {
      what: `${over}, ${of === "calls" ? "AWS calls" : "wall time"}, ${how}`,
      result: `${ratio.toFixed(2)}x (${middle(plan)}, bare client ${middle(bare)})`,
      goal: `<= ${goal}x`,
      met: ratio <= goal,
      ...(custodian === undefined ? {} : { headline: { custodian: `${custodian[of]}x` } }),
    };
  });
}

// --- internal ---

interface Comparison {
  /** Such as `plan over 500 buckets`. */
  readonly over: string;
  readonly how: string;
  /** The greatest ratio. */
  readonly goal: number;
}

const text = { calls: String, ms: (ms: number) => `${(ms / 1000).toFixed(2)} s` } as const;
const median = (values: readonly number[]) => quantile(values, 0.5);

async function lines(file: string): Promise<number> {
  return (await readFile(file, "utf8")).split("\n").length;
}
