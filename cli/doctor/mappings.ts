import type { EventSourceMappingConfiguration } from "@aws-sdk/client-lambda";
import { readMappings } from "#aws/lambda/function";
import type { Fact } from "#core/fact";
import { safe } from "#core/safe";
import { type Answer, finding, ok, RESTORE, unread } from "./answer.ts";
import type { Check } from "./check.ts";
import { fedFunctions } from "./fed-functions.ts";

/** Do the functions get their messages: is there a mapping for every queue, and is it enabled? */
export const mappingsCheck: Check = {
  name: "mappings",
  look: async ({ lambda, deployment }) => {
    const answers = await Promise.all(
      fedFunctions(deployment).map(async ({ name, sources }) => {
        const seen = await readMappings(lambda, name);
        return sources.map((source) => judgeMapping(name, source, seen));
      }),
    );
    return answers.flat();
  },
};

/** The answer about what feeds a function from one queue or table. Pure. */
export function judgeMapping(
  name: string,
  source: string,
  seen: Fact<readonly EventSourceMappingConfiguration[] | null>,
): Answer {
  const what = `the mapping from ${safe(source)} to ${safe(name)}`;
  if (!seen.known) return unread(seen, what, "lambda:ListEventSourceMappings");
  const found = (seen.value ?? []).filter(({ EventSourceArn = "" }) => EventSourceArn.split(/[:/]/).includes(source));
  const [mapping] = found;
  if (mapping === undefined) return finding(`${what} is gone: nothing is processed`, RESTORE);
  const on = found.find(({ State = "" }) => ON.has(State));
  if (on !== undefined) return ok(`${what} is enabled`);
  return finding(
    `${what} is ${safe(mapping.State ?? "in no state")}: messages wait`,
    `enable it: aws lambda update-event-source-mapping --uuid ${safe(mapping.UUID ?? "UUID")} --enabled`,
  );
}

// --- internal ---

/** https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html */
const ON: ReadonlySet<string> = new Set(["Creating", "Enabling", "Enabled", "Updating"]);
