import { type Price, prices } from "./cost/prices.ts";
import { callsOfLooks, type LookCalls } from "./org/calls-of-looks.ts";
import { type Job, workThrough } from "./org/queue.ts";
import { quantile } from "./report/quantile.ts";
import { report } from "./report/report.ts";

/**
 * A day of an organization, simulated: the calls of a look are those of the real loop, how long a
 * call takes is assumed, and a queue model says who waits. 1,000 accounts with 100,000 buckets and
 * their sweep, a push after which 30,000 buckets differ at once, and an account that floods.
 *
 *     npm run bench:org-day -- [--json]
 */
const ACCOUNTS = 1_000;
const BUCKETS = 100_000;
/** Calls about buckets that the rules match, in a day. */
const EVENTS = 20_000;
const DRIFTED = 30_000;
const FLOOD = { perSecond: 200, seconds: 900 };
/** The stack's defaults: instances for live events, and those of the lane with three looks each. */
const LIVE = 10;
const LANE = { instances: 2, looks: 3 };
const REPAIR_GOAL = 60;

/** Seconds that a call takes: assumed, not measured on AWS. */
const TAKES: Readonly<Record<string, number>> = {
  encryption: 0.03,
  put: 0.06,
  read: 0.006,
  save: 0.01,
  publish: 0.03,
  "key again": 0.01,
};
/** What an answer out of an instance's memory takes. */
const ANSWERED = 0.002;
/** Looks at the flooded bucket before the others are answered by the last one. */
const BUSY_LOOKS = 3;
/** One remediation, assumed: transitions of Step Functions, and automation steps. */
const ASR = { transitions: 15, steps: 3 };
/** Calls a second that AWS takes by default, in its largest Regions. */
const QUOTA = { describeKey: 2_000, sts: 600, invocations: 18_750 };
const MEMORY_GB = 0.5;
const DAY = 86_400;

const { repair, calm } = await callsOfLooks();
const [repairTakes, calmTakes] = [secondsOf(repair), secondsOf(calm)];

// The lane: the sweep at midnight, the push at noon. A push's batches are one after the other.
const lane = LANE.instances * LANE.looks;
const sweepSeconds = (BUCKETS * calmTakes) / lane;
const quiet = (DRIFTED * repairTakes) / lane;

// The live queue while the push works and the account floods: real repairs, echoes of the push's
// writes, and the flood's events, of which all but a few are answered without a look.
const echoes = spread(DRIFTED, 0, quiet, calmTakes);
const flood = spread(FLOOD.perSecond * FLOOD.seconds, 0, FLOOD.seconds, ANSWERED);
const looksAtFlood = spread(Math.ceil(FLOOD.seconds / 10) * BUSY_LOOKS * LIVE, 0, FLOOD.seconds, calmTakes);
const live = spread(1_000, 0, FLOOD.seconds, repairTakes).map((job) => ({ ...job, isWatched: true }));
const worked = workThrough([...echoes, ...flood, ...looksAtFlood, ...live], LIVE);
const p99 = quantile(worked.waits, 0.99);

const looks = { calm: BUCKETS + EVENTS + DRIFTED + looksAtFlood.length, repair: DRIFTED + live.length };
const floodEvents = FLOOD.perSecond * FLOOD.seconds;
const invocations =
  BUCKETS / 50 + DRIFTED / 10 + (EVENTS + DRIFTED + live.length) / 2 + floodEvents / 10 + 4 * ACCOUNTS;
const calls = {
  S3: callsOf(["encryption", "put"]) + ACCOUNTS,
  DynamoDB: callsOf(["save"]) + EVENTS + DRIFTED + 3 * (BUCKETS / 10) + 6 * ACCOUNTS,
  KMS: callsOf(["key again"]) + ACCOUNTS,
  STS: ACCOUNTS * (LANE.instances + 1 + LIVE),
  Organizations: ACCOUNTS / 20,
  SQS: BUCKETS / 10 + DRIFTED / 10 + 3 * (EVENTS + DRIFTED + floodEvents),
  SNS: callsOf(["publish"]),
};
const seconds = worked.busy + BUCKETS * calmTakes + DRIFTED * repairTakes;
const usd = [
  cost(prices.lambdaRequest, invocations),
  cost(prices.lambdaTime, seconds * MEMORY_GB),
  cost(prices.s3Read, looks.calm + 2 * looks.repair),
  cost(prices.s3Write, looks.repair + ACCOUNTS),
  cost(prices.dynamodbWrite, calls.DynamoDB * 12),
  cost(prices.dynamodbRead, looks.calm + looks.repair),
  cost(prices.sqs, calls.SQS),
  cost(prices.sns, calls.SNS),
  cost(prices.kms, calls.KMS),
  // Members forward to the hub's bus as custom events.
  cost(prices.busEvent, EVENTS + DRIFTED + floodEvents),
].reduce((sum, each) => sum + each, 0);

// Others, for the same changes: each is recorded by Config and evaluated by one rule; Security Hub
// checks each bucket once a day and on each change, and ASR repairs what differs. The flood is left
// out: calls that change nothing are recorded by nobody.
const changes = EVENTS + 2 * DRIFTED;
const config = cost(prices.configItem, changes) + cost(prices.configRule, changes + BUCKETS);
const asr =
  cost(prices.configItem, changes) +
  cost(prices.securityCheck, changes + BUCKETS) +
  cost(prices.stateTransition, DRIFTED * ASR.transitions) +
  cost(prices.automationStep, DRIFTED * ASR.steps);

const number = (value: number) => Math.round(value).toLocaleString("en");
const minutes = (value: number) => `${(value / 60).toFixed(1)} min`;
const money = (value: number) => `${value.toFixed(2)} USD`;
report(
  "org-day",
  [
    { what: "a sweep of 1,000 accounts with 100,000 buckets", result: minutes(sweepSeconds) },
    { what: "until 30,000 buckets that differ at once are repaired", result: minutes(quiet) },
    {
      what: "p99 of a live repair meanwhile, beside an account that floods",
      result: `${p99.toFixed(1)} s`,
      goal: `${REPAIR_GOAL} s`,
      met: p99 <= REPAIR_GOAL,
    },
    { what: "invocations in the day", result: number(invocations) },
    ...Object.entries(calls).map(([service, count]) => ({
      what: `calls to ${service} in the day`,
      result: `${number(count)}, ${(count / DAY).toFixed(2)} a second on average`,
    })),
    {
      what: "calls to S3 at most, all accounts together",
      result: `${number(lane / calmTakes)} a second in the sweep, ${number((lane / repairTakes) * 3)} in the repairs`,
    },
    {
      what: "calls to KMS at most, all accounts together",
      result: `${mostOf("key again").toFixed(1)} a second; quota of each account and Region: ${number(QUOTA.describeKey)}`,
    },
    {
      what: "calls to STS at most, in the sweep",
      result: `${((ACCOUNTS * LANE.instances) / sweepSeconds).toFixed(1)} a second; quota of the hub's account and Region: ${number(QUOTA.sts)}`,
    },
    {
      what: "events to the hub's bus at most, in the flood",
      result: `${number(FLOOD.perSecond + DRIFTED / quiet)} a second; quota of the hub's account and Region: ${number(QUOTA.invocations)}`,
    },
    { what: "the day at Bucketseal, without its 5 to 10 USD a month", result: money(usd) },
    { what: "the day at AWS Config with one rule, repairs not included", result: money(config) },
    { what: "the day at Automated Security Response with Config and Security Hub", result: money(asr) },
  ],
  [
    "Simulated: calls of looks by the real loop; seconds of calls are assumed (S3 30 to 60 ms, DynamoDB 6 to 10 ms).",
    "Quotas to compare with, none read in an account: Lambda 1,000 instances at once; the stack's mappings use 10 + 2.",
    "Lambda's standard quota: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    "KMS DescribeKey: https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html",
    "STS, not verified: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    "EventBridge, invocations of targets: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html",
    "For bucket configurations S3 publishes no quota; a member's calls count in its own account.",
    ...(["busEvent", "configItem", "configRule", "securityCheck", "stateTransition", "automationStep"] as const).map(
      (name) => `${prices[name].usd} USD for ${prices[name].per} ${prices[name].unit}: ${prices[name].source}`,
    ),
  ],
);

// --- internal ---

function secondsOf(made: LookCalls): number {
  return Object.entries(made).reduce((sum, [name, count]) => sum + (TAKES[name] ?? 0) * count, 0);
}

function callsOf(names: readonly string[]): number {
  const of = (made: LookCalls) => names.reduce((sum, name) => sum + (made[name] ?? 0), 0);
  return of(calm) * looks.calm + of(repair) * looks.repair;
}

/** Calls a second while the lane works as fast as it can. */
function mostOf(name: string): number {
  return lane * Math.max((calm[name] ?? 0) / calmTakes, (repair[name] ?? 0) / repairTakes);
}

function spread(count: number, from: number, duration: number, takes: number): Job[] {
  return Array.from({ length: count }, (_, at) => ({ at: from + (duration * at) / count, takes }));
}

function cost({ usd: price, per }: Price, units: number): number {
  return (price / per) * units;
}
