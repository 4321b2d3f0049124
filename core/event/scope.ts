import type { BucketRef } from "#core/names";
import { envelopeSchema, parsed } from "./envelope.ts";
import { field, text } from "./loose.ts";
import { createdIn, eventFields, type Unusable } from "./record.ts";

/** The account and Region that a deployment looks after, which are its own. */
export type Home = Pick<BucketRef, "account" | "region">;

/**
 * An event of the deployment's own account and Region, as `parse` reads it. One of another account
 * or Region is foreign: whoever forwards a bus sends them by the thousand, none of them is broken,
 * and nothing can be looked at from here. Envelope, record and the Region that a bucket was made in
 * must agree, since a forwarded event keeps all three.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */
export function eventInScope<Event>(
  body: unknown,
  own: Home,
  parse: (body: unknown) => Event | Unusable,
): Event | Unusable | ForeignEvent {
  const why = foreignBy(body, own);
  return why === null ? parse(body) : { kind: "ignore", why, foreign: true };
}

/** An event that is none of the deployment's. */
export interface ForeignEvent {
  readonly kind: "ignore";
  readonly why: string;
  readonly foreign: true;
}

// --- internal ---

function foreignBy(body: unknown, own: Home): string | null {
  const value = parsed(body);
  const envelope = envelopeSchema.safeParse(value).data;
  const record = envelope?.detail ?? value;
  // What is neither is for `parse` to call malformed.
  const accounts = [envelope?.account, text(field(record, "recipientAccountId"))];
  const regions = [envelope?.region, text(field(record, "awsRegion")), createdIn(record)];
  const account = accounts.find((each) => each !== own.account && eventFields.account.safeParse(each).success);
  if (account !== undefined) return `an event of account ${account}, not of this one (${own.account})`;
  const region = regions.find((each) => each !== own.region && eventFields.region.safeParse(each).success);
  return region === undefined ? null : `an event of ${region}, not of this Region (${own.region})`;
}
