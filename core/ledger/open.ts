import type { Trigger } from "#core/event/trigger";
import type { BucketRef } from "#core/names";
import { deletionOf, forgotten, ofThisBucket } from "./anew.ts";
import { isInOtherHands } from "./lease.ts";
import type { LedgerPorts } from "./ledger.ts";
import { deliver } from "./record.ts";
import { type BucketState, withTriggers } from "./state.ts";

/** A look that may start, with the ledger's state of its bucket. */
export interface OpenLook {
  readonly kind: "open";
  readonly ref: BucketRef;
  /** The id of this look, which owns what it starts. */
  readonly owner: string;
  /** As the ledger holds it, but for what was forgotten of a deleted bucket. */
  readonly found: BucketState;
  /** With the events of this look added. */
  readonly state: BucketState;
  /** The events of this look, without those of our own writes and those about a former bucket. */
  readonly events: readonly Trigger[];
}

/**
 * The result of opening the ledger. `busy`: another look is working on the bucket. `moved`: someone
 * else wrote to the ledger meanwhile, so the look has to restart.
 */
type Opened = OpenLook | { readonly kind: "busy"; readonly held: BucketState } | { readonly kind: "moved" };

/**
 * Opens the ledger for a look: reads it, yields to another look in progress, sends an unsent alert,
 * and adds the triggering events.
 * @throws whatever a port throws.
 */
export async function openLook(
  ports: LedgerPorts & { readonly isOwn: (trigger: Trigger, ref: BucketRef) => boolean },
  work: { readonly ref: BucketRef; readonly triggers: readonly Trigger[] },
  owner: string,
): Promise<Opened> {
  const { ref } = work;
  const read = await ports.ledger.read(ref);
  if (isInOtherHands(read, owner, ports.now())) return { kind: "busy", held: read };
  const found = await deliver(ports, ref, read, owner);
  if (found === "moved") return { kind: "moved" };
  const events = work.triggers.filter((trigger) => !ports.isOwn(trigger, ref));
  const deletion = deletionOf(found, events);
  const known = deletion === null ? found : forgotten(found, deletion);
  const state = withTriggers(known, events);
  return { kind: "open", ref, owner, found: known, state, events: ofThisBucket(known, events) };
}
