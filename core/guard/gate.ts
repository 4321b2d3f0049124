import type { ObjectWritePlan } from "#core/decide/object/plan";
import { type StrategyName, strategies } from "#core/decide/object/strategy/strategies";
import type { Fact } from "#core/fact";
import type { PolicyInForce } from "#core/match/in-force";
import type { ObjectRef } from "#core/names";
import type { Mode, Outcome } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";

/** The ports that open and close the gates. */
export interface GatePorts {
  /** Whether writes are paused: `null` if not, else by whom and why. */
  readonly paused: () => Promise<Fact<string | null>>;
  /**
   * Whether an integrity alarm stopped writes to a bucket's objects: `null` if not, else what was
   * seen.
   */
  readonly alarm?: (object: ObjectRef) => Promise<Fact<string | null>>;
}

/** A closed gate, and the outcome of the write. */
export interface ClosedGate {
  readonly outcome: Outcome;
  readonly reason: Reason;
}

/**
 * The first gate closed to a write that no hazard holds: the rule's mode, a stale policy, a pause,
 * and for objects an integrity alarm. `null`: all are open.
 *
 * @throws whatever a port throws.
 */
export async function closedGate(
  ports: GatePorts,
  { observeOnly }: PolicyInForce,
  { mode, rule }: { readonly mode: Mode; readonly rule: string | null },
  object?: ObjectRef,
): Promise<ClosedGate | null> {
  if (mode !== "enforce") {
    const reason: Reason =
      object === undefined
        ? { code: "observe-mode", text: `the rule's mode is ${mode}` }
        : { code: "objects-observed", text: `the objects of rule ${rule} are only observed` };
    return { outcome: "reported", reason };
  }
  if (observeOnly !== null) {
    return { outcome: "reported", reason: { code: "policy-stale", text: safe(observeOnly) } };
  }
  const pause = switched(await ports.paused(), "writes are paused", (text) => ({ code: "paused", text }));
  if (pause !== null) return { outcome: "reported", reason: pause };
  if (object === undefined || ports.alarm === undefined) return null;
  const stop = "writes to this bucket are stopped";
  const alarm = switched(await ports.alarm(object), stop, (text) => ({
    code: "integrity-alarm",
    text: `${stop}: ${text}`,
  }));
  return alarm === null ? null : { outcome: "held", reason: alarm };
}

/**
 * Why this deployment cannot make the write at all; `null`: it can. It costs no call, so it is
 * checked before the hazards.
 */
export function missingCapability(
  writer: Readonly<Record<StrategyName, { readonly isAvailable: boolean }>>,
  { action }: Pick<ObjectWritePlan, "action">,
): Reason | null {
  return writer[action].isAvailable ? null : strategies[action].unavailable;
}

// --- internal ---

/** Why a switch closes a gate; one that cannot be read closes it too. */
function switched(thrown: Fact<string | null>, what: string, closed: (text: string) => Reason): Reason | null {
  if (!thrown.known) {
    return { code: "pause-unknown", text: `whether ${what} could not be read: ${safe(thrown.error.name)}` };
  }
  return thrown.value === null ? null : closed(safe(thrown.value));
}
