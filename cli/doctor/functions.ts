import { roleExists } from "#aws/iam/role";
import { allowsRecursion, type FunctionSeen, readFunction } from "#aws/lambda/function";
import type { Fact } from "#core/fact";
import { safe } from "#core/safe";
import { type Answer, finding, ok, RESTORE, unread } from "./answer.ts";
import type { Check } from "./check.ts";
import { type FedFunction, fedFunctions } from "./fed-functions.ts";

/** Are the functions there, active, under their own roles, and allowed to ask themselves? */
export const functionsCheck: Check = {
  name: "functions",
  look: async ({ lambda, iam, deployment }) =>
    Promise.all(
      fedFunctions(deployment).map(async (each) =>
        judgeFunction(each, {
          seen: await readFunction(lambda, each.name),
          role: await roleExists(iam, each.roleArn),
          recursion: each.asksItself ? await allowsRecursion(lambda, each.name) : { known: true, value: true },
        }),
      ),
    ),
};

/** What was read about a function. */
export interface FunctionFacts {
  readonly seen: Fact<FunctionSeen | null>;
  readonly role: Fact<boolean>;
  readonly recursion: Fact<boolean | null>;
}

/** The answer about one function. Pure. */
export function judgeFunction({ name, roleArn }: FedFunction, { seen, role, recursion }: FunctionFacts): Answer {
  const what = `function ${safe(name)}`;
  if (seen.known && seen.value === null) return finding(`${what} is gone`, RESTORE);
  if (role.known && !role.value) {
    return finding(`the role of ${what} is gone: it can do nothing`, RESTORE);
  }
  if (recursion.known && recursion.value === false) {
    return finding(
      `Lambda takes messages that ${what} sends to itself for a loop, and drops them`,
      `allow them: aws lambda put-function-recursion-config --function-name ${safe(name)} --recursive-loop Allow`,
    );
  }
  if (!seen.known) return unread(seen, what, "lambda:GetFunctionConfiguration");
  if (!role.known) return unread(role, `the role of ${what}`, "iam:GetRole");
  if (!recursion.known) return unread(recursion, `${what}'s loop detection`, "lambda:GetFunctionRecursionConfig");
  if (seen.value?.roleArn !== roleArn) {
    return finding(
      `${what} works under another role than was deployed: ${safe(seen.value?.roleArn ?? "none")}`,
      RESTORE,
    );
  }
  // https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html: an idle one becomes active by itself.
  if (seen.value.state === "Failed") return finding(`${what} is in state Failed`, RESTORE);
  return ok(`${what} is there, under its own role`);
}
