import type { Actor } from "#core/event/trigger";
import { safe } from "#core/safe";
import type { Alert } from "./schema.ts";

type ShownActor = NonNullable<Alert["actor"]>;

/** The caller, for people: `alice (IAM user, arn:…), from 198.51.100.7`. */
export function actorText(actor: ShownActor): string {
  const through = actor.invokedBy !== null && actor.type !== "AWSService" ? `, through ${actor.invokedBy}` : "";
  const from = actor.sourceIp === null ? "" : `, from ${actor.sourceIp}`;
  const identity = actor.sourceIdentity === null ? "" : `, source identity ${actor.sourceIdentity}`;
  return `${named(actor)}${identity}${through}${from}`;
}

/** The shortest name people know a caller by; `null` if there is none. */
export function actorName(actor: ShownActor): string | null {
  const { type, arn, session, accountId, invokedBy } = actor;
  if (type === "Root") return `the root user of ${accountId ?? "an unknown account"}`;
  if (type === "AWSService") return invokedBy;
  return session ?? arn?.split("/").at(-1) ?? (accountId === null ? null : `account ${accountId}`);
}

/** An actor as an alert shows it, with untrusted text escaped. */
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

// --- internal ---

const KIND: Readonly<Record<string, string>> = {
  IAMUser: "IAM user",
  AssumedRole: "role session",
  Role: "role session",
  FederatedUser: "federated user",
  SAMLUser: "SAML user",
  WebIdentityUser: "web identity user",
  IdentityCenterUser: "IAM Identity Center user",
  AWSService: "AWS service",
};

function named(actor: ShownActor): string {
  const { type, arn, accountId } = actor;
  const name = actorName(actor) ?? "an unknown caller";
  if (type === "Root") return name;
  if (type === "AWSAccount") return `${name} (a caller from account ${accountId ?? "unknown"})`;
  const where = arn ?? (accountId === null ? null : `account ${accountId}`);
  return `${name} (${[KIND[type] ?? type, where].filter((part) => part !== null).join(", ")})`;
}
