import type { CompiledPolicy } from "./policy-index.ts";
import type { Ports } from "./ports.ts";
import { LEASE_SECONDS, type Look, record, Unsettled, withReasons } from "./record.ts";
import type { Intent } from "./state.ts";
import type { FactError, Facts, Outcome, Plan, Reason, WantedEncryption } from "./types.ts";
import { verify } from "./verify.ts";

/**
 * Records the intent, writes, reads back and records what became of it. `null`: the ledger or the bucket moved, look again.
 * @throws whatever a port throws, and `Unsettled` where the write is not seen in time; the intent stays open for the redelivery.
 */
export async function applyPlan(
  ports: Ports,
  look: Look,
  policy: CompiledPolicy,
  facts: Facts,
  plan: Plan,
  after: WantedEncryption,
): Promise<{ readonly outcome: Outcome; readonly plan: Plan } | null> {
  const { ref } = look;
  const begun = await ports.ledger.save(ref, { ...look.state, intent: intentOf(ports, look, plan, after) });
  if (begun === null) return null;
  const open: Look = { ...look, found: begun, state: begun };
  const close = async (outcome: Outcome, judged: Plan) =>
    (await record(ports, open, outcome, judged)) ? { outcome, plan: judged } : null;

  const written = await ports.writer.put(ref, after);
  if (written.kind === "gone") return close("gone", withReasons(plan, [GONE]));
  if (written.kind === "refused") {
    const reason = refused(written.error);
    return close(reason.code === "managed-elsewhere" ? "held" : "failed", withReasons(plan, [reason]));
  }
  const seen = await verify(ports, ref, policy, facts, plan.before);
  switch (seen.kind) {
    case "as declared":
      return close("changed", plan);
    case "superseded":
      return null;
    case "unreadable":
      return close("unreadable", seen.plan);
    case "not seen":
      throw new Unsettled(`the write to ${ref.bucket} was accepted and is not seen yet`);
  }
}

// --- internal ---

const GONE: Reason = { code: "bucket-gone", text: "the bucket was deleted before the write" };

function intentOf(ports: Ports, look: Look, plan: Plan, after: WantedEncryption): Intent {
  return {
    id: ports.newId(),
    owner: look.owner,
    expires: new Date(ports.now() + LEASE_SECONDS * 1000).toISOString(),
    rule: plan.rule,
    mode: plan.mode,
    before: plan.before,
    after,
    reasons: plan.reasons.map((reason) => reason.text),
    trigger: look.trigger,
  };
}

/** An explicit deny is somebody's decision (a service control policy, Control Tower): not ours to retry or to fight. */
function refused(error: FactError): Reason {
  return /explicit deny/i.test(error.message)
    ? { code: "managed-elsewhere", text: `the write is denied by somebody else's policy: ${error.message}` }
    : { code: "write-refused", text: `S3 refused the write: ${error.name}: ${error.message}` };
}
