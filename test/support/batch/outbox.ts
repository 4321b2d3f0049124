import { buildAlert } from "#core/alert/bucket";
import type { Outbox } from "#core/ledger/state";
import { aPlan, aTrigger, at, NOW } from "../core/loop.ts";
import { ref } from "../core/world.ts";

/** An alert that has not been sent yet. */
export function outbox(changes: Partial<Outbox> = {}): Outbox {
  const alert = buildAlert({ id: "alert-1", now: NOW, outcome: "held", ref, plan: aPlan(), trigger: aTrigger() });
  return { alert, owner: "look-1", expires: at(60), ...changes };
}
