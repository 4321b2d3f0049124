import { cut, longest } from "#core/cut";
import type { BucketRef } from "#core/names";
import { envelopeSchema, parsed } from "./envelope.ts";
import { field, text } from "./loose.ts";
import { createdIn, eventFields, type Unusable } from "./record.ts";

/** The account and Region that a deployment looks after, which are its own. */
export type Home = Pick<BucketRef, "account" | "region">;

/** What a deployment looks after: its home, and as a hub some Regions of every member account. */
export interface EventScope extends Home {
  readonly org: { readonly regions: readonly string[] } | null;
}

/**
 * An event of the deployment's own account and Region, as `parse` reads it. One of another account
 * or Region is foreign: whoever forwards a bus sends them by the thousand, none of them is broken,
 * and nothing can be looked at from here. Envelope, record and the Region that a bucket was made in
 * must agree, since a forwarded event keeps all three.
 *
 * A hub also takes events of its members, in the Regions that it covers. The envelope names the
 * owner, since EventBridge sets its account and Region and lets nobody else send as `aws.`; a
 * record that disagrees is refused, or one account could have another's bucket looked at.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
 */
export function eventInScope<Event>(
  body: unknown,
  own: Home & { readonly org?: null },
  parse: (body: unknown) => Event | Unusable,
): Event | Unusable | ForeignEvent;
export function eventInScope<Event>(
  body: unknown,
  own: EventScope,
  parse: (body: unknown) => Event | Unusable,
): Event | Unusable | ForeignEvent | RefusedEvent;
export function eventInScope<Event>(
  body: unknown,
  own: Home & Partial<EventScope>,
  parse: (body: unknown) => Event | Unusable,
): Event | Unusable | ForeignEvent | RefusedEvent {
  const value = parsed(body);
  const sent = own.org == null ? null : placed(value);
  if (sent === null) {
    const why = foreignBy(value, own);
    return why === null ? parse(body) : foreign(why);
  }
  const { account, region, record } = sent;
  const covered = coveredBy(own);
  if (!covered.has(region)) return foreign(`an event of ${region}, which this hub does not cover`);
  const refusal = refusedBy(sent, field(value, "source"), own);
  if (refusal !== null) return { kind: "refused", account, region, ...refusal };
  const created = createdIn(record);
  return created !== undefined && isRegion(created) && !covered.has(created)
    ? foreign(`a bucket made in ${created}, which this hub does not cover`)
    : parse(body);
}

/** The Regions in which a deployment looks after buckets: its home Region, and those it covers. */
export function coveredBy({ region, org }: Pick<Home, "region"> & Partial<EventScope>): ReadonlySet<string> {
  return new Set([region, ...(org?.regions ?? [])]);
}

/** What of a member's event disagrees with the envelope that EventBridge made. */
type Disagreement = "account" | "region" | "source";

/** An event whose record claims to be of another account or Region than the one that sent it. */
export interface RefusedEvent {
  readonly kind: "refused";
  /** Who sent it, by the envelope. */
  readonly account: string;
  readonly region: string;
  readonly disagreement: Disagreement;
  readonly why: string;
}

/** An event that is none of the deployment's. */
export interface ForeignEvent {
  readonly kind: "ignore";
  readonly why: string;
  readonly foreign: true;
}

// --- internal ---

function foreign(why: string): ForeignEvent {
  return { kind: "ignore", why, foreign: true };
}

function foreignBy(value: unknown, own: Home): string | null {
  const envelope = envelopeSchema.safeParse(value).data;
  const record = envelope?.detail ?? value;
  // What is neither is for `parse` to call malformed.
  const accounts = [envelope?.account, text(field(record, "recipientAccountId"))];
  const regions = [envelope?.region, text(field(record, "awsRegion")), createdIn(record)];
  const account = accounts.find((each) => each !== own.account && isAccount(each));
  if (account !== undefined) return `an event of account ${account}, not of this one (${own.account})`;
  const region = regions.find((each) => each !== own.region && isRegion(each));
  return region === undefined ? null : `an event of ${region}, not of this Region (${own.region})`;
}

/** An event with the account and Region that sent it. */
interface Placed extends Home {
  readonly record: unknown;
}

/** `null`: a bare record, or an envelope that does not say where it was sent. */
function placed(value: unknown): Placed | null {
  const { account, region, detail: record } = envelopeSchema.safeParse(value).data ?? {};
  return isAccount(account) && isRegion(region) ? { account, region, record } : null;
}

function refusedBy(
  { account, region, record }: Placed,
  source: unknown,
  own: Home,
): Pick<RefusedEvent, "disagreement" | "why"> | null {
  const recipient = text(field(record, "recipientAccountId"));
  if (recipient !== account && isAccount(recipient)) {
    return { disagreement: "account", why: `its record is of account ${recipient}` };
  }
  const recorded = text(field(record, "awsRegion"));
  if (recorded !== region && isRegion(recorded)) {
    return { disagreement: "region", why: `its record is of ${recorded}` };
  }
  const isOwn = account === own.account && region === own.region;
  if (isOwn || text(source)?.startsWith("aws.") === true) return null;
  return { disagreement: "source", why: `its source is ${cut(String(source), longest.name)}, not AWS` };
}

function isAccount(value: string | undefined): value is string {
  return eventFields.account.safeParse(value).success;
}

function isRegion(value: string | undefined): value is string {
  return eventFields.region.safeParse(value).success;
}
