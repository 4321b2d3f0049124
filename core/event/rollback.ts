import type { WantedEncryption } from "#core/encryption";
import { cutActor } from "./actor.ts";
import type { Trigger } from "./trigger.ts";

/** What stands in the place of a call's name where a person restored a bucket with the CLI. */
export const ROLLBACK = "bucketseal rollback";

/** That person's command, told like the event of a call. `now`: milliseconds since the epoch. */
export function rollbackTrigger(id: string, now: number, arn: string, shown: WantedEncryption): Trigger {
  const [, accountId = null, resource = ""] = /^arn:[^:]*:\w*::(\d*):(.*)$/s.exec(arn) ?? [];
  const [kind = "", , session] = resource.split("/");
  return {
    eventId: id,
    eventName: ROLLBACK,
    eventTime: new Date(now).toISOString().replace(/\.\d+/, ""),
    actor: cutActor({
      type: TYPES[kind] ?? "Unknown",
      arn,
      accountId,
      session: kind === "assumed-role" ? (session ?? null) : null,
      sourceIdentity: null,
      sourceIp: null,
      invokedBy: null,
    }),
    issuer: null,
    requested: { kind: "encryption", encryption: shown },
  };
}

// --- internal ---

/** CloudTrail's types of identities, by how their ARNs begin. */
const TYPES: Readonly<Record<string, string>> = {
  user: "IAMUser",
  "assumed-role": "AssumedRole",
  "federated-user": "FederatedUser",
  root: "Root",
};
