import { isWrite, type ObjectPlan, type ObjectWritePlan } from "#core/decide/object/plan";
import type { Plan } from "#core/decide/plan";
import { stoppedBy } from "#core/guard/gate";
import { guardBucket } from "#core/guard/guard";
import { nullVersionHazard } from "#core/guard/null-version";
import { sourceKeyHazard } from "#core/guard/source-key";
import type { PolicyInForce } from "#core/match/in-force";
import type { ObjectRef } from "#core/names";
import { quietOutcome } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";
import type { ObjectPorts } from "./ports.ts";
import type { ObjectResult } from "./result.ts";
import { objectResult } from "./result.ts";

/** Seconds after which replications and uploads are mostly done, and the longest that a queue can hold a message back. */
export const LOOK_AGAIN_SECONDS = 900;

/** Everything that ends a look at an object without a write; `null`: write. */
export async function withheldObject(
  ports: ObjectPorts,
  inForce: PolicyInForce,
  object: ObjectRef,
  plan: ObjectPlan,
): Promise<ObjectResult | null> {
  if (plan.action === "none") return objectResult(plan, quietOutcome[plan.verdict]);
  if (!isWrite(plan)) return held(plan);
  const unable = capability(ports, plan);
  if (unable !== null) return held(plan, unable);
  const hazards = await hazardsOf(ports, inForce, object, plan);
  if (hazards.length > 0) return held(plan, ...hazards);
  if (plan.mode !== "enforce") {
    const text = `the objects of rule ${plan.rule} are only observed`;
    return objectResult(plan, "reported", { code: "objects-observed", text });
  }
  const stopped = await stoppedBy(ports, inForce, plan);
  if (stopped !== null) return objectResult(plan, "reported", stopped);
  const alarmed = await alarm(ports, object);
  return alarmed === null ? null : held(plan, alarmed);
}

// --- internal ---

function held(plan: ObjectPlan, ...more: readonly Reason[]): ObjectResult {
  const result = objectResult(plan, "held", ...more);
  const passes = plan.reasons.some(({ code }) => code === "replication-pending");
  return passes ? { ...result, lookAgainSeconds: LOOK_AGAIN_SECONDS } : result;
}

function capability({ writer }: ObjectPorts, { action }: ObjectWritePlan): Reason | null {
  if (action === "update" && !writer.updates) {
    const text =
      "UpdateObjectEncryption is not used outside AWS: a store that does not know it replaces the object's bytes";
    return { code: "update-unavailable", text };
  }
  if (action === "copy" && !writer.copies) {
    const text = "the stack was deployed without its copy option, so the rights are missing";
    return { code: "copy-not-allowed", text };
  }
  return null;
}

async function hazardsOf(
  { reader }: ObjectPorts,
  { policy }: PolicyInForce,
  object: ObjectRef,
  plan: ObjectWritePlan,
): Promise<readonly Reason[]> {
  const ref = object.bucket;
  const { declaredKey } = plan;
  const asBucket: Plan = { ...plan, action: "write", before: null, after: { ...plan.after, sseC: "SSE-C" } };
  const key = declaredKey === null ? null : await reader.key(ref, declaredKey, true);
  const declared = guardBucket(asBucket, { ref, key }).reasons;
  const others = await Promise.all([
    sourceKeyHazard(reader, policy.policy, ref, plan),
    plan.action === "copy" ? nullVersionHazard(reader, object, plan.seen) : null,
  ]);
  return [...declared, ...others.filter((reason) => reason !== null)];
}

async function alarm(ports: ObjectPorts, object: ObjectRef): Promise<Reason | null> {
  const raised = await ports.alarm(object);
  if (!raised.known) {
    const text = `whether writes to this bucket are stopped could not be read: ${safe(raised.error.name)}`;
    return { code: "pause-unknown", text };
  }
  if (raised.value === null) return null;
  return { code: "integrity-alarm", text: `writes to this bucket are stopped: ${safe(raised.value)}` };
}
