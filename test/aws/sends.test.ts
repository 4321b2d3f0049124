import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** The CLI shows AWS's own errors to a person; no function makes these calls. */
const ONLY_OF_THE_CLI: ReadonlySet<string> = new Set([
  "aws/canary/bucket.ts createCanary",
  "aws/canary/bucket.ts deleteCanary",
  "aws/canary/bucket.ts putTags",
  "aws/canary/bucket.ts tagsOf",
  "aws/cloudtrail/trails.ts trailsHere",
  "aws/events/rule.ts readRule",
  "aws/policy/table.ts listVersions",
  "aws/policy/table.ts putVersion",
  "aws/policy/table.ts flipPointer",
  "aws/s3/bucket-region.ts bucketRegion",
  "aws/s3/list-buckets.ts listBuckets",
  "aws/sqs/dead-letters.ts dropDead",
  "aws/sqs/dead-letters.ts putBack",
  "aws/sqs/dead-letters.ts sendAgain",
  "aws/sqs/dead-letters.ts takeDead",
  "aws/ssm/deployment.ts findDeployments",
  "aws/ssm/member-objects.ts memberObjects",
  "aws/ssm/pause.ts remove",
  "aws/ssm/pause.ts writePause",
  "aws/sts/caller-identity.ts callerIdentity",
  "aws/sts/clock.ts clockSkew",
]);

/**
 * Whatever these throw is retried: the policy in force makes every error of its table
 * transient, and a table's stream repeats a change that failed.
 */
const ALWAYS_REPEATED: ReadonlySet<string> = new Set([
  "aws/policy/table.ts readPointer",
  "aws/policy/table.ts readVersion",
]);

/** What tells transient errors from permanent ones: one of these around every call. */
const WRAPPER =
  /\b(?:retryably|orRetryable|fact|bucketFact)(?:<[^(]*>)?\(|\b(?:unknownOrThrow|objectWriteRefusal|new RetryableError)\(|failed\.push\(\.\.\.positions/g;

test("every call of the functions to AWS distinguishes transient from permanent errors in one place", () => {
  const sends = globSync("aws/**/*.ts").sort().flatMap(functionsThatSend);
  expect(sends.length).toBeGreaterThan(35);
  const others = sends.filter(({ name }) => !ONLY_OF_THE_CLI.has(name) && !ALWAYS_REPEATED.has(name));
  const bare = others.filter(({ text }) => count(text, /\.send\(/g) > count(text, WRAPPER));
  expect(bare.map(({ name }) => name)).toEqual([]);
});

/** The functions of a file that call AWS, as `FILE FUNCTION`, with their text. */
function functionsThatSend(path: string): { readonly name: string; readonly text: string }[] {
  return readFileSync(path, "utf8")
    .split(/^(?=(?:export )?(?:async )?function )/m)
    .filter((text) => /\.send\(/.test(text))
    .map((text) => ({ name: `${path} ${/function (\w+)/.exec(text)?.[1]}`, text }));
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
