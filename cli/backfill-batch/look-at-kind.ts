import type { ObjectFacts } from "#core/decide/object/facts";
import { planObject } from "#core/decide/object/plan-object";
import type { ObjectEncryption, WantedObjectEncryption } from "#core/encryption";
import { wantedTimes } from "#core/jobs/jobs-for";
import type { ObjectRef } from "#core/names";
import type { ObjectPorts } from "#core/object/ports";
import { withheldObject } from "#core/object/withheld";
import type { CoveredBucket } from "../backfill/covered-buckets.ts";
import { printable } from "../terminal/printable.ts";

/** What a look would do about a plain object of a kind. */
export interface KindLook {
  /** What it would have afterwards; `null`: nothing that is known. */
  readonly wanted: WantedObjectEncryption | null;
  /** Why a job must not update objects of this kind; `null`: it may. */
  readonly why: string | null;
}

/**
 * Judges a plain object that is encrypted so as if it were in the bucket: by the rule, the bucket's
 * hazards, the key and every gate. A job asks none of these, so they are asked before it. What only
 * an object itself shows, a lock, S3 refuses.
 */
export async function lookAtKind(
  ports: ObjectPorts,
  { ref, rule, selection }: CoveredBucket,
  encryption: ObjectEncryption,
): Promise<KindLook> {
  const object: ObjectRef = { bucket: ref, key: `${selection.prefix}object` };
  const now = ports.now();
  const { from, to } = wantedTimes({ rule, selection, now });
  const written = to === null ? now : Date.parse(to) - 1;
  if (from !== null && Date.parse(from) > written)
    return { wanted: null, why: `nothing is written between ${from} and ${to ?? "now"}` };
  const head: ObjectFacts = {
    encryption,
    size: 1,
    etag: '"a plain object"',
    lastModified: new Date(written).toISOString(),
    storageClass: "STANDARD",
    restored: false,
    legalHold: false,
    isCurrent: true,
    servedAt: now,
  };
  const inForce = await ports.policy();
  const known: ObjectPorts = {
    ...ports,
    reader: { ...ports.reader, head: async () => ({ known: true, value: head }) },
  };
  const plan = await planObject(known, { object, triggers: [], atRest: true }, inForce.policy);
  const cleared = await withheldObject(known, inForce, object, plan);
  if (cleared.kind === "result") {
    const { reasons } = cleared.result;
    const more = reasons.slice(plan.reasons.length);
    const told = (more.length > 0 ? more : reasons.slice(-1)).map(({ text }) => printable(text)).join("; ");
    return { wanted: plan.after, why: told || "the rule leaves it as it is" };
  }
  const { action } = cleared.plan;
  return { wanted: plan.after, why: action === "update" ? null : "it would have to be copied, which a job never does" };
}
