import type { SQSRecord } from "aws-lambda";
import type { ObjectSource } from "#core/event/trigger";
import type { ObjectWork } from "#core/object/ports";
import type { ObjectMessage } from "./message.ts";

/** One object to look at, with all messages that asked for it. */
export interface ObjectGroup extends ObjectWork {
  readonly records: readonly SQSRecord[];
  /**
   * The last message of each event source: the source that a rule goes by may change before the
   * next look.
   */
  readonly bySource: ReadonlyMap<ObjectSource, SQSRecord>;
  /** Every one of its messages was postponed before. */
  readonly postponed: boolean;
  /** The signs of re-keying in every one of them were counted before. */
  readonly counted: boolean;
}

/** A message of the queue, parsed. */
export type ReadMessage = readonly [SQSRecord, ObjectMessage];

/**
 * The objects of a batch: duplicates and several events of one object cost one look. Versions of
 * one key form a chain, looked at one after the other: parallel writes to one key would conflict.
 */
export function objectChains(messages: readonly ReadMessage[]): ObjectGroup[][] {
  const chains = new Map<string, Map<string, ObjectGroup>>();
  for (const [record, message] of messages) {
    if (message.kind !== "work") continue;
    const { object, trigger, postponed, counted } = message;
    const { account, region, bucket } = object.bucket;
    const name = JSON.stringify([account, region, bucket, object.key]);
    const chain = chains.get(name) ?? new Map<string, ObjectGroup>();
    chains.set(name, chain);
    const version = object.versionId ?? "";
    const other = chain.get(version);
    const isKnown = other?.triggers.some(({ eventId }) => eventId === trigger.eventId) ?? false;
    chain.set(version, {
      object,
      records: [...(other?.records ?? []), record],
      bySource: new Map([...(other?.bySource ?? []), [trigger.source, record]]),
      triggers: isKnown ? (other?.triggers ?? []) : [...(other?.triggers ?? []), trigger],
      postponed: (other?.postponed ?? true) && postponed,
      counted: (other?.counted ?? true) && counted,
    });
  }
  return [...chains.values()].map((chain) => [...chain.values()]);
}
