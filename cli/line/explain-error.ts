import { safe } from "#core/safe";
import { CliError } from "../error.ts";

export interface Explained {
  readonly code: string;
  /** One sentence that says what to do. */
  readonly message: string;
}

/**
 * Turns any thrown value into one sentence; AWS SDK errors by their `name`, never by their text.
 */
export function explainError(error: unknown): Explained {
  if (error instanceof CliError) return { code: error.code, message: error.message };
  const chain = causes(error);
  for (const link of chain) {
    const sentence = sentenceFor(link);
    if (sentence !== null) return { code: link.name, message: sentence };
  }
  const first = chain[0];
  // What was tried again is told by its cause; the name is ours.
  const text = first ? `${first.name}: ${first.message}`.replace(/^RetryableError: /, "") : String(error);
  return { code: first?.name ?? "error", message: `${safe(text, 500)} (BUCKETSEAL_DEBUG=1 shows where)` };
}

// --- internal ---

interface Link {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly status: number | null;
}

/**
 * The error and its causes, outermost first; follows an `AggregateError` (a refused connection)
 * too.
 */
function causes(error: unknown): Link[] {
  const links: Link[] = [];
  for (let next: unknown = error; next instanceof Error && links.length < 8; ) {
    const { name, message, code, $metadata, cause, errors } = next as Error & {
      code?: unknown;
      $metadata?: { httpStatusCode?: number };
      errors?: unknown[];
    };
    links.push({
      name,
      message,
      code: typeof code === "string" ? code : "",
      status: $metadata?.httpStatusCode ?? null,
    });
    next = cause ?? errors?.[0];
  }
  return links;
}

function sentenceFor({ name, message, code, status }: Link): string | null {
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "ECONNRESET") {
    return `cannot reach the endpoint (${safe(message, 200) || code}): check --endpoint-url or AWS_ENDPOINT_URL and the network`;
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS")) {
    return `the endpoint does not speak TLS as expected (${code}): check whether it is http:// or https://`;
  }
  if (name === "Error" && /^Region is missing/.test(message)) return NO_REGION;
  if (DENIED.has(name) || (status === 403 && !SIGNATURE.has(name))) return denied(message);
  if (name === "TimeoutError") return "AWS did not answer in time: check the network and the endpoint, and try again";
  const fixed = SENTENCES[name];
  return fixed === undefined ? null : `${fixed} (${safe(message, 300)})`;
}

const NO_REGION = "no Region is set: use --region, set AWS_REGION, or set one in the profile";

const DENIED: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "UnauthorizedOperation",
  "Forbidden",
  "403",
]);

const SIGNATURE: ReadonlySet<string> = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "RequestTimeTooSkewed",
]);

const wrongKeys =
  "AWS does not know this access key: check AWS_ACCESS_KEY_ID, the profile, and the endpoint they belong to";
const expired = "the credentials have expired: sign in again, for example with `aws sso login`";
const throttled = "AWS is throttling these calls: try again in a minute, or with a lower --concurrency";

const SENTENCES: Readonly<Record<string, string>> = {
  CredentialsProviderError: "no AWS credentials found: set AWS_PROFILE, use --profile, or run `aws configure`",
  TokenProviderError: expired,
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  InvalidClientTokenId: wrongKeys,
  InvalidAccessKeyId: wrongKeys,
  UnrecognizedClientException: wrongKeys,
  SignatureDoesNotMatch:
    "the secret access key does not match the access key: check AWS_SECRET_ACCESS_KEY or the profile",
  InvalidSignatureException:
    "the secret access key does not match the access key: check AWS_SECRET_ACCESS_KEY or the profile",
  RequestTimeTooSkewed: "this machine's clock is off by more than AWS accepts: correct it",
  ThrottlingException: throttled,
  TooManyRequestsException: throttled,
  SlowDown: throttled,
};

/**
 * AWS puts the action in the message: "User: ARN is not authorized to perform: s3:PutObject on".
 */
function denied(message: string): string {
  const [, who, action] = /(?:User: (\S+) )?is not authorized to perform: ([\w-]+:\w+)/.exec(message) ?? [];
  if (action === undefined)
    return `AWS denied the call (${safe(message, 300)}): use credentials that are allowed to make it`;
  return `${safe(who ?? "this principal", 200)} is not allowed to ${action}: use other credentials or ask for the permission`;
}
