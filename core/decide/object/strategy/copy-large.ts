import type { ObjectFacts } from "#core/decide/object/facts";
import type { Reason } from "#core/reason/reason";
import { copy, isLarge, uncopiable } from "./copy.ts";
import type { CopyRule, Strategy } from "./strategy.ts";

/**
 * A multipart copy of the current object onto itself, for what is too large for CopyObject. Nothing
 * is replaced before the last part is there; from then on it is a copy like any other.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/CopyingObjectsMPUapi.html
 */
export const copyLarge: Strategy<"copyLarge"> = {
  ...copy,
  name: "copyLarge",
  unavailable: {
    code: "copy-too-large",
    text: "the stack was deployed without its option for copies of large objects, so permissions are missing",
  },
  obstacle,
};

// --- internal ---

function obstacle(seen: ObjectFacts, wanted: Parameters<typeof copy.obstacle>[1], rule: CopyRule): Reason | null {
  if (uncopiable(seen) !== null || !isLarge(seen, rule)) return copy.obstacle(seen, wanted, rule);
  if (rule.copy && rule.copyLarge === true) return null;
  return { code: "copy-too-large", text: "the rule does not set copy: true and copyLarge: true" };
}
