import type { KeyNeed, KeysSeen } from "#core/key/lookup";
import type { MatchFacts, MatchNeed } from "#core/match/holds";
import type { BucketRef } from "#core/names";
import type { FactChange } from "./ask.ts";
import type { BucketReader } from "./reader.ts";

/** Reads one fact that matching or a key depends on; returns how to add it to the others. */
export async function lookAtFact<Facts extends MatchFacts & KeysSeen>(
  reader: Omit<BucketReader, "encryption">,
  ref: BucketRef,
  need: MatchNeed | KeyNeed,
): Promise<FactChange<Facts>> {
  switch (need.fact) {
    case "tags": {
      const tags = await reader.tags(ref);
      return (before) => ({ ...before, tags });
    }
    case "ous": {
      const ous = await reader.ous(ref);
      return (before) => ({ ...before, ous });
    }
    case "accountTags": {
      const accountTags = await reader.accountTags(ref);
      return (before) => ({ ...before, accountTags });
    }
    case "key": {
      const key = await reader.key(ref, need.arn, false);
      return (before) => ({ ...before, keys: new Map([...before.keys, [need.arn, key]]) });
    }
    case "pin": {
      const pin = await reader.pin(ref, need.alias);
      return (before) => ({ ...before, pins: new Map([...before.pins, [need.alias, pin]]) });
    }
  }
}
