import type { Fault } from "../local-aws/faults.ts";

/**
 * A fifth of the functions' calls to every service goes wrong, each in one of the ways in which a
 * call can: refused, failed, without a response, made and not confirmed, made twice. Of the events
 * some come twice and some late, so that they overtake one another; where it is `lossy`, some of
 * those about buckets are lost, which a sweep finds.
 */
export function weather(functions: readonly string[], seed: number, lossy = false): readonly Fault[] {
  const calls = functions.flatMap((name) => kinds.map((kind) => ({ ...kind, function: name })));
  return [...calls, ...events, ...(lossy ? lost : [])].map((fault, at) => ({ ...fault, seed: seed + at }));
}

// --- internal ---

const kinds: readonly Fault[] = [
  { kind: "throttle", probability: 0.07 },
  { kind: "error500", probability: 0.04 },
  { kind: "timeout", probability: 0.03, delayMs: 700 },
  { kind: "after500", probability: 0.04 },
  { kind: "twice", probability: 0.02 },
];

const events: readonly Fault[] = [
  { kind: "eventTwice", service: "s3", probability: 0.2 },
  { kind: "eventLate", service: "s3", probability: 0.2, delayMs: 4_000 },
];

const lost: readonly Fault[] = ["PutBucketEncryption", "DeleteBucketEncryption"].map((api) => ({
  kind: "eventLost",
  service: "s3",
  api,
  probability: 0.05,
}));
