import type { DynamoDBClient, DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import type { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { type CallerIdentity, callerIdentity } from "#aws/sts/caller-identity";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import type { GlobalArgs } from "../line/globals.ts";
import { credentialsOf, useProfile } from "./credentials.ts";
import { once, perRegion } from "./once.ts";

export type Credentials = NonNullable<DynamoDBClientConfig["credentials"]>;

/** What a client is made with. */
interface ClientSettings {
  readonly region: string;
  readonly credentials: Credentials;
  readonly maxAttempts: number;
  readonly requestHandler: NonNullable<DynamoDBClientConfig["requestHandler"]>;
  readonly endpoint?: string;
}

/** What says who calls and where. */
export type SessionArgs = Partial<Pick<GlobalArgs, "region" | "profile" | "endpoint-url">>;

/**
 * The caller's identity, Region and SDK clients of one run: one client per service and Region,
 * created on first use. Clients that `plan --policy` does not need are imported then too: loading
 * them takes a fifth of the start-up time.
 */
export interface Session {
  readonly region: string;
  /** What every client of the session's Region is made with. */
  readonly config: ClientSettings;
  s3(region: string): S3Client;
  /** For calls about objects, which their lanes retry: the client itself does not. */
  objects(region: string): S3Client;
  /** Where S3 is, if not at AWS's own endpoints. */
  readonly endpoint: string | null;
  kms(region: string): KMSClient;
  /** Default: in the session's Region. */
  ssm(region?: string): Promise<SSMClient>;
  organizations(): Promise<OrganizationsClient>;
  /** `credentials`: those of an assumed role. */
  dynamodb(credentials?: Credentials): Promise<DynamoDBClient>;
  /** Default: in the session's Region, as the session itself. */
  sqs(credentials?: Credentials, region?: string): Promise<SQSClient>;
  sts(): STSClient;
  /** The caller's account and ARN; read once. */
  identity(): Promise<CallerIdentity>;
  /**
   * The same clients with the credentials of a role in another account. Those of all accounts share
   * their connections, of which there are enough for each: a slow account delays no other.
   */
  as(credentials: Credentials, identity: CallerIdentity): Session;
}

/**
 * Opens a session with the AWS CLI's precedence for Region, profile and endpoint: flags, then
 * environment, then the profile.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
 * @throws CliError if no Region is set or the endpoint is not a URL
 */
export async function openSession(args: SessionArgs): Promise<Session> {
  const endpoint = endpointOf(args);
  // All clients, and the lookup of a profile's endpoint_url, read the environment: set there, they
  // all see the same profile.
  if (args.profile) useProfile(args.profile);
  const common = {
    credentials: credentialsOf(args),
    maxAttempts: 5,
    requestHandler: TIMEOUTS,
    ...(endpoint ? { endpoint } : {}),
  };
  for (const name of ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"]) {
    const url = process.env[name];
    if (url && !isHttp(url)) {
      throw new CliError(`${name} must be a URL such as http://127.0.0.1:4566, not "${safe(url)}"`, { code: "usage" });
    }
  }
  const named = args.region || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  const region = named || (await profileRegion());
  if (!/^[a-z0-9-]{1,63}$/.test(region)) {
    throw new CliError(`"${safe(region)}" is not a Region, such as eu-west-1`, { code: "usage" });
  }
  // Virtual-hosted names need wildcard DNS, which custom endpoints rarely have; S3's own endpoints
  // keep the SDK's choice.
  const forcePathStyle = endpoint !== null || Boolean(process.env.AWS_ENDPOINT_URL || process.env.AWS_ENDPOINT_URL_S3);
  return sessionWith({ ...common, region }, forcePathStyle, null);
}

// --- internal ---

/** @param known - whose credentials these are; `null`: STS is asked */
function sessionWith(here: ClientSettings, forcePathStyle: boolean, known: CallerIdentity | null): Session {
  const { region, ...common } = here;
  const sts = once(() => new STSClient(here));
  const identity = once(() => (known === null ? identify(sts()) : Promise.resolve(known)));
  const shared = once(() => new STSClient({ ...here, requestHandler: MANY }).config.requestHandler);
  const ssm = perRegion(async (at) => new (await import("@aws-sdk/client-ssm")).SSMClient({ ...common, region: at }));
  return {
    region,
    config: here,
    s3: perRegion((at) => new S3Client({ ...common, region: at, forcePathStyle })),
    objects: perRegion((at) => new S3Client({ ...common, region: at, forcePathStyle, maxAttempts: 1 })),
    endpoint: here.endpoint ?? (process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL || null),
    kms: perRegion((at) => new KMSClient({ ...common, region: at })),
    ssm: (at = region) => ssm(at),
    organizations: once(async () => new (await import("@aws-sdk/client-organizations")).OrganizationsClient(here)),
    dynamodb: async (assumed) => {
      const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
      return new DynamoDBClient(assumed ? { ...here, credentials: assumed } : here);
    },
    sqs: async (assumed, at = region) => {
      const { SQSClient } = await import("@aws-sdk/client-sqs");
      // Where a request goes is this session's to say, not a parameter's that others may have
      // written.
      const own = { ...here, region: at, useQueueUrlAsEndpoint: false };
      return new SQSClient(assumed ? { ...own, credentials: assumed } : own);
    },
    sts,
    identity,
    as: (credentials, of) => sessionWith({ ...here, credentials, requestHandler: shared() }, forcePathStyle, of),
  };
}

/**
 * Without these, an endpoint that accepts connections but never responds would hang the command.
 */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** Connections to one host for all accounts together: as many as there may be calls at once. */
const AGENT = { keepAlive: true, maxSockets: 4096 };
const MANY = { ...TIMEOUTS, httpAgent: AGENT, httpsAgent: AGENT };

function endpointOf(args: SessionArgs): string | null {
  const url = args["endpoint-url"];
  if (!url) return null;
  if (!isHttp(url)) {
    throw new CliError(`--endpoint-url takes a URL such as http://127.0.0.1:4566, not "${url}"`, { code: "usage" });
  }
  return url;
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** Only a client can read the Region of a profile. */
async function profileRegion(): Promise<string> {
  try {
    return await new STSClient({}).config.region();
  } catch (error) {
    throw new CliError("no Region is set: use --region, set AWS_REGION, or set one in the profile", {
      cause: error,
    });
  }
}

async function identify(sts: STSClient): Promise<CallerIdentity> {
  const identity = await callerIdentity(sts);
  if (identity === null) throw new CliError("STS did not return the account of these credentials");
  return identity;
}
