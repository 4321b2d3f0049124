import { guardBucket } from "./guard.ts";
import { objectPlan } from "./object-facts.ts";
import type { ObjectPorts, ObjectResult, ObjectWork, ObjectWrite } from "./object-ports.ts";
import type { ObjectFacts, ObjectPlan, ObjectRef, WantedObjectEncryption } from "./object-types.ts";
import { observedWrite } from "./object-verify.ts";
import type { PolicyInForce } from "./ports.ts";
import { safe } from "./safe.ts";
import { stoppedBy } from "./stopped.ts";
import type { FactError, Outcome, Plan, Reason } from "./types.ts";

/** How often an object is looked at anew because somebody wrote it meanwhile. */
const ROUNDS = 5;
/** Copies of one key in ten minutes after which somebody must be undoing them. */
export const MAX_COPIES = 3;

/**
 * Looks at one object and brings it to what its bucket's rule declares: head, decide, guard, write, look again. A newer write always wins:
 * every write is pinned to what was seen, and whatever moved meanwhile is looked at anew.
 * @throws whatever a port throws; the queue delivers again.
 */
export async function reconcileObject(ports: ObjectPorts, work: ObjectWork): Promise<ObjectResult> {
  const { object } = work;
  let moved: Reason | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    const inForce = await ports.policy();
    const plan = await objectPlan(ports, object, inForce.policy);
    const settled = await withoutWrite(ports, inForce, object, plan);
    if (settled !== null) return settled;
    const step = await write(ports, object, plan);
    if (step.kind === "result") return step.result;
    moved = step.reason;
  }
  return {
    outcome: "superseded",
    how: null,
    rule: null,
    mode: "observe",
    reasons: moved === null ? [] : [moved],
    before: null,
    after: null,
    movedBytes: 0,
  };
}

// --- internal ---

type Step =
  | { readonly kind: "result"; readonly result: ObjectResult }
  | { readonly kind: "again"; readonly reason: Reason };

const QUIET = {
  compliant: "left alone",
  unmanaged: "left alone",
  violation: "held",
  unknown: "unreadable",
  exempt: "exempt",
  gone: "gone",
} as const satisfies Record<Plan["verdict"], Outcome>;

/** Everything that ends a look without a write; `null`: write. */
async function withoutWrite(
  ports: ObjectPorts,
  inForce: PolicyInForce,
  object: ObjectRef,
  plan: ObjectPlan,
): Promise<ObjectResult | null> {
  if (plan.action === "none") return result(plan, QUIET[plan.verdict]);
  if (plan.action === "hold" || plan.seen === null || plan.after === null) return result(plan, "held");
  const unusable = capability(ports, plan);
  if (unusable !== null) return result(plan, "held", unusable);
  const guarded = await guard(ports, object, plan, plan.after);
  if (guarded.length > 0) return result(plan, "held", ...guarded);
  const stopped = await stoppedBy(ports, inForce, plan);
  if (stopped !== null) return result(plan, "reported", stopped);
  const alarm = await ports.alarm(object);
  if (alarm.known && alarm.value === null) return null;
  const text = alarm.known
    ? `writes to this bucket are stopped since ${alarm.value}`
    : `whether writes to this bucket are stopped could not be read: ${safe(alarm.error.name)}`;
  return result(plan, "held", { code: "integrity-alarm", text });
}

function capability({ writer }: ObjectPorts, plan: ObjectPlan): Reason | null {
  if (plan.action === "update" && !writer.updates) {
    const text =
      "UpdateObjectEncryption is not used outside AWS: a store that does not know it replaces the object's bytes";
    return { code: "update-unavailable", text };
  }
  if (plan.action === "copy" && !writer.copies) {
    return {
      code: "copy-not-allowed",
      text: "the stack was deployed without its copy option, so the rights are missing",
    };
  }
  return null;
}

async function guard(
  { reader }: ObjectPorts,
  object: ObjectRef,
  plan: ObjectPlan,
  after: WantedObjectEncryption,
): Promise<readonly Reason[]> {
  const ref = object.bucket;
  const asBucket: Plan = { ...plan, action: "write", before: null, after: { ...after, sseC: "SSE-C" } };
  const arn = plan.declaredKey ?? after.key;
  const key = arn === undefined ? null : await reader.key(ref, arn, true);
  const declared = guardBucket(asBucket, { ref, key }).reasons;
  return [...declared, ...(await sourceKey(reader, ref, plan))];
}

/** What cannot be decrypted cannot be re-encrypted, and nobody else will read it either. */
async function sourceKey(reader: ObjectPorts["reader"], ref: ObjectRef["bucket"], plan: ObjectPlan): Promise<Reason[]> {
  const source = plan.before?.key;
  if (source === undefined || source === plan.after?.key) return [];
  const key = await reader.key(ref, source, false);
  const unusable = (why: string): Reason[] => [
    { code: "source-key-unusable", text: `the object's own key ${safe(source)} ${why}, so it cannot be re-encrypted` },
  ];
  if (!key.known) return unusable(`could not be looked at (${safe(key.error.name)})`);
  if (key.value === null) return unusable("does not exist");
  return key.value.state === "Enabled" ? [] : unusable(`is in state ${safe(key.value.state)}`);
}

async function write(ports: ObjectPorts, object: ObjectRef, plan: ObjectPlan): Promise<Step> {
  const { seen, after } = plan as ObjectPlan & { readonly seen: ObjectFacts; readonly after: WantedObjectEncryption };
  if (plan.action === "copy" && (await ports.countCopy(object)) > MAX_COPIES) {
    const text = `copied ${MAX_COPIES} times in ten minutes: somebody keeps undoing it`;
    return { kind: "result", result: result(plan, "contested", { code: "copied-too-often", text }) };
  }
  await ports.intend(object);
  const pinned: ObjectRef = seen.versionId === undefined ? object : { ...object, versionId: seen.versionId };
  const written =
    plan.action === "copy"
      ? await ports.writer.copy(pinned, seen, after)
      : await ports.writer.update(pinned, seen, after);
  if (written.kind === "moved") return again(written.error);
  if (written.kind === "refused") {
    return { kind: "result", result: result(plan, ...refused(written.error)) };
  }
  return look(ports, pinned, plan, seen, written);
}

async function look(
  ports: ObjectPorts,
  object: ObjectRef,
  plan: ObjectPlan,
  seen: ObjectFacts,
  written: Extract<ObjectWrite, { kind: "written" }>,
): Promise<Step> {
  const target: ObjectRef = written.versionId === undefined ? object : { ...object, versionId: written.versionId };
  const head = await ports.reader.head(target);
  const observed = observedWrite(plan, seen, written, head);
  switch (observed.kind) {
    case "as wanted": {
      const remains: Reason[] =
        plan.action === "copy" && seen.versionId !== undefined && seen.versionId !== target.versionId
          ? [{ code: "old-version-remains", text: `version ${safe(seen.versionId)} keeps its old encryption` }]
          : [];
      return {
        kind: "result",
        result: { ...result(plan, "changed", ...remains), how: how(plan), movedBytes: moves(plan, seen) },
      };
    }
    case "moved":
      return again({ name: "Superseded", message: observed.why });
    case "unreadable":
      return { kind: "result", result: result(plan, "unreadable", { code: "unreadable", text: observed.why }) };
    case "alarm":
      await ports.raiseAlarm(object, observed.what);
      return { kind: "result", result: result(plan, "failed", { code: "integrity-alarm", text: observed.what }) };
  }
}

function how(plan: ObjectPlan): "update" | "copy" {
  return plan.action === "copy" ? "copy" : "update";
}

function moves(plan: ObjectPlan, seen: ObjectFacts): number {
  return plan.action === "copy" ? seen.size : 0;
}

function again({ name, message }: FactError): Step {
  return {
    kind: "again",
    reason: {
      code: "earlier-write-unconfirmed",
      text: `written by somebody else meanwhile (${safe(name)}: ${safe(message)})`,
    },
  };
}

/** An explicit deny is somebody's decision; the rest is a failure that a person has to see. */
function refused({ name, message }: FactError): [Outcome, Reason] {
  return /explicit deny/i.test(message)
    ? ["held", { code: "managed-elsewhere", text: `the write is denied by somebody else's policy: ${safe(message)}` }]
    : ["failed", { code: "write-refused", text: `S3 refused the write: ${safe(name)}: ${safe(message)}` }];
}

function result(plan: ObjectPlan, outcome: Outcome, ...more: readonly Reason[]): ObjectResult {
  const { rule, mode, before, after } = plan;
  return { outcome, how: null, rule, mode, reasons: [...plan.reasons, ...more], before, after, movedBytes: 0 };
}
