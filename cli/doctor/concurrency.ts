import { unreservedConcurrency } from "#aws/lambda/account";
import { readMappings } from "#aws/lambda/function";
import type { Fact } from "#core/fact";
import { type Answer, finding, ok, unread } from "./answer.ts";
import type { Check } from "./check.ts";
import { fedFunctions } from "./fed-functions.ts";

/**
 * Does the account's Lambda quota suffice for what the mappings may use at once? Otherwise they are
 * throttled, and so is everything else in the account.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export const concurrencyCheck: Check = {
  name: "concurrency",
  look: async ({ lambda, deployment }) => {
    const free = await unreservedConcurrency(lambda);
    const fed = await Promise.all(fedFunctions(deployment).map(({ name }) => readMappings(lambda, name)));
    const unseen = fed.find((each) => !each.known);
    if (unseen?.known === false) return [unread(unseen, "the mappings", "lambda:ListEventSourceMappings")];
    const limits = fed
      .flatMap((each) => (each.known ? (each.value ?? []) : []))
      .map((each) => each.ScalingConfig?.MaximumConcurrency ?? 1);
    return [
      judgeQuota(
        free,
        limits.reduce((sum, limit) => sum + limit, 0),
      ),
    ];
  },
};

/** The answer about a quota, and what is wanted of it. Pure. */
export function judgeQuota(free: Fact<number | null>, wanted: number): Answer {
  if (!free.known) return unread(free, "the Lambda quota", "lambda:GetAccountSettings");
  if (free.value === null) {
    return unread(
      { known: false, error: { name: "no number", message: "" } },
      "the Lambda quota",
      "lambda:GetAccountSettings",
    );
  }
  if (free.value >= wanted) return ok(`${free.value} executions are unreserved, ${wanted} are wanted at most`);
  return finding(
    `this account has ${free.value} unreserved Lambda executions here, and the functions may use ${wanted}`,
    "deploy with a smaller BUCKETSEAL_CONCURRENCY, or have the quota raised",
  );
}
