import * as z from "zod";
import { cut, longest } from "#core/cut";
import type { Actor, Trigger } from "./trigger.ts";

/**
 * The caller, from a CloudTrail record's `userIdentity` and `sourceIPAddress`. Total: a field that
 * is missing or of the wrong type is `null`, and one that is too long is cut.
 *
 * A caller from another account has no ARN; an AWS service has only `invokedBy`. CloudFormation and
 * the like have no type of their own: they act as the role or user, with `invokedBy` set.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function actorOf(userIdentity: unknown, sourceIPAddress: unknown): Actor {
  const identity = identitySchema.parse(userIdentity);
  return cutActor({
    type: identity.type ?? "Unknown",
    arn: identity.arn,
    accountId: identity.accountId,
    session: sessionOf(identity),
    sourceIdentity: identity.sessionContext.sourceIdentity,
    sourceIp: typeof sourceIPAddress === "string" && IP.test(sourceIPAddress) ? sourceIPAddress : null,
    invokedBy: identity.invokedBy,
  });
}

/** A caller with every field at the length that it may have. */
export function cutActor(actor: Actor): Actor {
  const name = (text: string | null) => (text === null ? null : cut(text, longest.name));
  return {
    type: cut(actor.type, longest.name),
    arn: actor.arn === null ? null : cut(actor.arn, longest.arn),
    accountId: name(actor.accountId),
    session: name(actor.session),
    sourceIdentity: name(actor.sourceIdentity),
    sourceIp: name(actor.sourceIp),
    invokedBy: name(actor.invokedBy),
  };
}

/**
 * The ARN of the role behind a session, with its path; `null` if the caller is not a role session,
 * or if it is longer than any: by it our own writes are told from others', so it is never cut.
 */
export function issuerOf(userIdentity: unknown): string | null {
  const { arn } = identitySchema.parse(userIdentity).sessionContext.sessionIssuer;
  return arn === null || arn.length > longest.arn ? null : arn;
}

/**
 * Whether Bucketseal itself made the call. Compares the role, not the caller's ARN: a session's ARN
 * lacks the role's path, and one role's name can be a prefix of another's.
 *
 * @param roleArn - `arn:aws:iam::111122223333:role/path/name`
 */
export function isOwn({ issuer }: Pick<Trigger, "issuer">, roleArn: string): boolean {
  return issuer === roleArn;
}

// --- internal ---

const text = z.string().min(1).nullable().catch(null);
const orEmpty = (value: unknown) => (typeof value === "object" ? { ...value } : {});
const identitySchema = z.preprocess(
  orEmpty,
  z.object({
    type: text,
    arn: text,
    accountId: text,
    principalId: text,
    userName: text,
    invokedBy: text,
    sessionContext: z.preprocess(
      orEmpty,
      z.object({ sourceIdentity: text, sessionIssuer: z.preprocess(orEmpty, z.object({ arn: text })) }),
    ),
    onBehalfOf: z.preprocess(orEmpty, z.object({ userId: text })),
  }),
);

type Identity = z.infer<typeof identitySchema>;

/** An address, as opposed to `cloudformation.amazonaws.com` or `AWS Internal`. */
const IP = /^[0-9a-f.:]*[.:][0-9a-f.:]+$/i;
const SESSION_ARN = /^arn:[^:]+:sts::[^:]*:(?:assumed-role\/[^/]+|federated-user)\/(.+)$/;

function sessionOf(identity: Identity): string | null {
  if (identity.type === "SAMLUser" || identity.type === "WebIdentityUser") return identity.userName;
  if (identity.type === "IdentityCenterUser") return identity.onBehalfOf.userId;
  const fromArn = identity.arn?.match(SESSION_ARN)?.[1];
  return fromArn ?? afterColon(identity.principalId);
}

/** `AROA…:session`: all that a record holds about another account's role. */
function afterColon(principalId: string | null): string | null {
  const colon = principalId?.indexOf(":") ?? -1;
  return principalId?.slice(colon + 1 || principalId.length) || null;
}
