import type { Actor } from "#core/event/trigger";
import type { Alert } from "./alert-schema.ts";
import { safe } from "./safe.ts";

/** An actor as an alert shows it: every text that somebody else chose is rendered safely. */
export function actorShown(actor: Actor): NonNullable<Alert["actor"]> {
  const shown = (text: string | null) => (text === null ? null : safe(text));
  return {
    type: safe(actor.type),
    arn: shown(actor.arn),
    accountId: shown(actor.accountId),
    session: shown(actor.session),
    sourceIdentity: shown(actor.sourceIdentity),
    sourceIp: shown(actor.sourceIp),
    invokedBy: shown(actor.invokedBy),
  };
}
