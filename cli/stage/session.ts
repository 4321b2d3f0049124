import type { DynamoDBClient, DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import type { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { type CallerIdentity, callerIdentity } from "#aws/sts/caller-identity";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import type { GlobalArgs } from "../line/globals.ts";

type Credentials = NonNullable<DynamoDBClientConfig["credentials"]>;

/**
 * Who we are and where: the SDK clients of one run, one per service and Region, made when they are first used. What a run over buckets
 * against a file does not need is loaded then too: it would be a fifth of the time to start.
 */
export interface Session {
  readonly region: string;
  s3(region: string): S3Client;
  kms(region: string): KMSClient;
  ssm(): Promise<SSMClient>;
  organizations(): Promise<OrganizationsClient>;
  /** `credentials`: those of an assumed role. */
  dynamodb(credentials?: Credentials): Promise<DynamoDBClient>;
  sts(): STSClient;
  /** The caller's account and ARN; asked once. */
  identity(): Promise<CallerIdentity>;
}

/**
 * Region, profile and endpoint as the AWS CLI takes them: flags first, then environment, then the profile.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
 * @throws CliError where no Region is set or the endpoint is no URL
 */
export async function openSession(args: GlobalArgs): Promise<Session> {
  const endpoint = endpointOf(args);
  // Every client, and the lookup of a profile's endpoint_url, goes by the environment; only so do they all see one profile.
  if (args.profile) useProfile(args.profile);
  const common = {
    credentials: credentialsOf(args),
    maxAttempts: 5,
    requestHandler: TIME_OUTS,
    ...(endpoint ? { endpoint } : {}),
  };
  const named = args.region || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  const region = named || (await profileRegion());
  // Virtual-hosted names need a DNS zone that another endpoint hardly has; S3's own endpoints keep the SDK's choice.
  const forcePathStyle = endpoint !== null || Boolean(process.env.AWS_ENDPOINT_URL || process.env.AWS_ENDPOINT_URL_S3);
  const here = { ...common, region };
  const sts = once(() => new STSClient(here));
  const identity = once(() => identify(sts()));
  return {
    region,
    s3: perRegion((at) => new S3Client({ ...common, region: at, forcePathStyle })),
    kms: perRegion((at) => new KMSClient({ ...common, region: at })),
    ssm: once(async () => new (await import("@aws-sdk/client-ssm")).SSMClient(here)),
    organizations: once(async () => new (await import("@aws-sdk/client-organizations")).OrganizationsClient(here)),
    dynamodb: async (assumed) => {
      const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
      return new DynamoDBClient(assumed ? { ...here, credentials: assumed } : here);
    },
    sts,
    identity,
  };
}

// --- internal ---

/** An endpoint that takes the connection and says nothing would hang a command for ever otherwise. */
const TIME_OUTS = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

function endpointOf(args: GlobalArgs): string | null {
  const url = args["endpoint-url"];
  if (!url) return null;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new CliError(`--endpoint-url takes a URL such as http://127.0.0.1:4566, not "${url}"`, { code: "usage" });
  }
  return url;
}

/** A profile that was asked for comes before keys in the environment, as with the AWS CLI; the SDK would warn of both. */
function useProfile(profile: string): void {
  process.env.AWS_PROFILE = profile;
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]) delete process.env[name];
}

function credentialsOf({ profile }: GlobalArgs): ReturnType<typeof fromNodeProviderChain> {
  if (!profile) return fromNodeProviderChain();
  const chain = fromNodeProviderChain({ profile });
  return async (options) => {
    try {
      return await chain(options);
    } catch (cause) {
      const message = `profile "${safe(profile)}" provides no credentials: check ~/.aws/config, or sign in again with \`aws sso login\``;
      throw new CliError(message, { code: "CredentialsProviderError", cause });
    }
  };
}

/** Only a client knows how to look into the profile. */
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

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function perRegion<T>(make: (region: string) => T): (region: string) => T {
  const clients = new Map<string, T>();
  return (region) => {
    const known = clients.get(region);
    if (known) return known;
    const client = make(region);
    clients.set(region, client);
    return client;
  };
}
