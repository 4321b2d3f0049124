import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { plural } from "../terminal/plural.ts";
import { finding, notKnown, ok } from "./answer.ts";
import type { Check } from "./check.ts";

/** Is a policy in force, is it what was pushed, and does it do anything? */
export const policyCheck: Check = {
  name: "policy",
  look: async ({ policy: inForce }) => {
    try {
      const { rules } = await inForce();
      const active = rules.filter(({ mode }) => mode !== "off");
      if (active.length > 0) return [ok(`the policy in force has ${plural(rules.length, "rule")}`)];
      return [
        finding("the policy in force has no rule that is on: no bucket is looked after", "push a policy with rules"),
      ];
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (error.code === "no-policy") {
        return [finding("no policy was pushed yet: no bucket is looked after", "push one: bucketseal push FILE")];
      }
      if (error.code !== "policy-tampered") return [notKnown(safe(error.message), "try again")];
      return [
        finding(
          "the policy in the table is not what was pushed: nothing is written",
          "find out in CloudTrail who wrote to the table, then push it again or run bucketseal policy rollback",
        ),
      ];
    }
  },
};
