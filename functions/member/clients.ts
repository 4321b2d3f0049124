import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { nameOf, RetryableError, statusOf } from "#aws/error";
import { SentOnce } from "#aws/s3/send-once";
import type { RoleCredentials } from "#aws/sts/assume-role";
import type { BucketRef } from "#core/names";
import { clientSettings } from "../runtime/client-settings.ts";
import { keepNewest } from "./keep-newest.ts";
import type { MemberSessions } from "./sessions.ts";

/** An account and Region: where buckets and keys are. */
export type BucketPlace = Pick<BucketRef, "account" | "region">;

/** The clients with which buckets and keys of one place are looked at. */
export interface PlaceClients {
  readonly s3: S3Client;
  readonly kms: KMSClient;
}

/** The clients of any place. */
export type ClientsOf = (place: BucketPlace) => PlaceClients;

/**
 * Clients by place: the function's own at home, and elsewhere some that act as the account's
 * member role. Those of the places that were asked for last are kept.
 * @param sessions - `null`: there is no organization, so every place is home
 */
export function clientsOf(settings: {
  readonly own: PlaceClients;
  readonly home: BucketPlace;
  readonly sessions: MemberSessions | null;
}): ClientsOf {
  const { own, home, sessions } = settings;
  const kept = new Map<string, PlaceClients>();
  return (place) => {
    if (sessions === null || isHome(home, place)) return own;
    const name = `${place.account} ${place.region}`;
    const found = kept.get(name) ?? memberClients(own, place, sessions);
    keepNewest(kept, name, found, MOST);
    return found;
  };
}

/** Whether a place is the deployment's own. */
export function isHome(home: BucketPlace, { account, region }: BucketPlace): boolean {
  return account === home.account && region === home.region;
}

// --- internal ---

/** Places whose clients are kept. */
const MOST = 200;

/** They share the connections of the function's own. */
function memberClients(
  { s3, kms }: PlaceClients,
  { account, region }: BucketPlace,
  sessions: MemberSessions,
): PlaceClients {
  const credentials = async () => ({ ...(await sessionOf(sessions, account)), expiration: ASK_EACH_TIME });
  const settings = { ...clientSettings, region, credentials };
  const clients = {
    s3: new S3Client({ ...settings, requestHandler: s3.config.requestHandler }),
    kms: new KMSClient({ ...settings, requestHandler: kms.config.requestHandler }),
  };
  const step = { step: "initialize", name: "confirmAccess" } as const;
  clients.s3.middlewareStack.add((next) => confirmed(next, sessions, account), step);
  clients.kms.middlewareStack.add((next) => confirmed(next, sessions, account), step);
  return clients;
}

/**
 * The SDK keeps credentials until five minutes before their end, even those of a session that was
 * given up: the sessions keep them instead.
 */
const ASK_EACH_TIME = new Date(0);

/** @throws RetryableError if the account does not let us in: the next look tells. */
async function sessionOf(sessions: MemberSessions, account: string): Promise<RoleCredentials> {
  return inOrThrow(await sessions.of(account), account);
}

function inOrThrow(found: Awaited<ReturnType<MemberSessions["of"]>>, account: string): RoleCredentials {
  if (found.known) return found.value;
  throw new RetryableError(`account ${account} does not let us in any more: ${found.error.message}`);
}

/**
 * A call whose denial is believed only while the account still lets us in: a session outlives its
 * role, and says nothing about a bucket then. One that was made with a session since replaced is
 * made once more, for a denied call has done nothing.
 */
function confirmed<Args, Result>(
  next: (args: Args) => Promise<Result>,
  sessions: MemberSessions,
  account: string,
): (args: Args) => Promise<Result> {
  return async (args) => {
    const used = await sessionOf(sessions, account);
    try {
      return await next(args);
    } catch (error) {
      if (!isDenial(error)) throw error;
      const now = inOrThrow(await sessions.confirm(account), account);
      if (now.accessKeyId === used.accessKeyId) throw error;
      return next(args);
    }
  };
}

/** S3 denies with a status, KMS with a name. */
function isDenial(thrown: unknown): boolean {
  const error = thrown instanceof SentOnce ? thrown.failure : thrown;
  const status = statusOf(error);
  return status === 401 || status === 403 || DENIALS.has(nameOf(error));
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html */
const DENIALS: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
]);
