import { type Access, decideAccess } from "./decide.ts";
import { type PolicyDocument, readDocument } from "./document.ts";
import { includesCaller } from "./principal.ts";
import type { Caller, RequestContext } from "./request.ts";
import type { Statement } from "./statement.ts";
import { allTrue, anyOf, type Truth, truthOf } from "./truth.ts";

/** A KMS key, and who may use it. */
export interface KeyAccess {
  readonly arn: string;
  /** The account that owns it. */
  readonly account: string;
  readonly policy: PolicyDocument;
  readonly grants: readonly Grant[];
}

/** What S3 asks of a key for whoever reads or writes an object. */
export interface KeyUse {
  readonly caller: Caller;
  readonly action: "kms:Decrypt" | "kms:GenerateDataKey";
  /** The bucket's Region, where S3 asks. */
  readonly region: string;
  /** The encryption context's `aws:s3:arn`. */
  readonly s3Arn: string;
  /** What else is known of the request, such as a service's `aws:sourcearn`. */
  readonly keys?: RequestContext["keys"];
  /**
   * Whether only what the key itself gives the caller counts, by name or by a grant, and not what
   * it leaves to the identity policies of its account.
   */
  readonly byItself?: boolean;
}

/**
 * Whether a key's policy and grants let somebody use it through S3, if their own identity policies
 * do: those are not looked at. A grant allows like a statement that names its grantee, and a Deny
 * of the policy outweighs it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export function canUseKey({ arn, account, policy, grants }: KeyAccess, use: KeyUse): Access {
  const request = { action: use.action, resource: arn, caller: use.caller, context: contextOf(use) };
  const isAlone = use.byItself === true && "account" in use.caller && use.caller.account === account;
  const policies = { identity: isAlone ? [] : [EVERYTHING], kind: "key", owner: account } as const;
  const byPolicy = decideAccess({ ...policies, resource: policy }, request);
  if (byPolicy.kind === "allow" || byPolicy.kind === "deny") return byPolicy;
  const granted = anyOf(grants, (each) => isGranted(each, use));
  if (granted === "no") return byPolicy;
  const withGrant = { statements: [...policy.statements, GRANT] };
  const access = decideAccess({ ...policies, resource: withGrant }, request);
  return granted === "unknown" && access.kind === "allow" ? { kind: "unknown", by: "a grant" } : access;
}

/**
 * The encryption context's `aws:s3:arn` of what is written to a bucket: with a bucket key, the
 * bucket's own ARN instead of the object's.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html#bucket-key-changes
 */
export function encryptionContext(bucketArn: string, object: string, bucketKey: boolean): string {
  return bucketKey ? bucketArn : `${bucketArn}/${object}`;
}

// --- internal ---

/** A grant of a key, as ListGrants tells it. */
interface Grant {
  /** A user, role or session by ARN, or a service. */
  readonly grantee: string;
  /** Such as `GenerateDataKey`. */
  readonly operations: readonly string[];
  /** What the encryption context must be, or contain; `null`: anything. */
  readonly constraints: {
    readonly equals: Readonly<Record<string, string>> | null;
    readonly subset: Readonly<Record<string, string>> | null;
  } | null;
}

const ALLOWS = { Effect: "Allow", Action: "*", Resource: "*" };
const EVERYTHING = readDocument(JSON.stringify({ Statement: ALLOWS }));
const GRANT = readDocument(JSON.stringify({ Statement: { ...ALLOWS, Sid: "a grant", Principal: "*" } }))
  .statements[0] as Statement;

/** The key of the encryption context that S3 sets. */
const S3_ARN = "aws:s3:arn";

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
function contextOf({ caller, region, s3Arn, keys }: KeyUse): RequestContext {
  const account = "account" in caller ? caller.account : null;
  const suffix = region.startsWith("cn-") ? ".cn" : "";
  return {
    keys: {
      "kms:viaservice": `s3.${region}.amazonaws.com${suffix}`,
      "kms:calleraccount": account ?? undefined,
      "kms:grantisforawsresource": null,
      [`kms:encryptioncontext:${S3_ARN}`]: s3Arn,
      "kms:encryptioncontextkeys": [S3_ARN],
      "aws:principalaccount": account ?? undefined,
      "aws:principalarn":
        caller.kind === "principal" && !caller.arn.includes(":assumed-role/") ? caller.arn : undefined,
      "aws:principalisawsservice": String(caller.kind === "service"),
      "aws:viaawsservice": String(caller.kind !== "service"),
      "aws:securetransport": "true",
      ...keys,
    },
    isWhole: false,
  };
}

/** A grantee that is an account lets all of it in, as a statement does. */
function isGranted({ grantee, operations, constraints }: Grant, { caller, action, s3Arn }: KeyUse): Truth {
  const kind = grantee.startsWith("arn:") ? "AWS" : "Service";
  const fits = ([key, value]: readonly [string, string]) => key === S3_ARN && value === s3Arn;
  const equals = Object.entries(constraints?.equals ?? { [S3_ARN]: s3Arn });
  return allTrue(
    () => truthOf(operations.some((each) => `kms:${each}` === action)),
    () => includesCaller({ isExcept: false, named: [{ kind, name: grantee }] }, caller),
    () => truthOf(equals.length === 1 && equals.every(fits)),
    () => truthOf(Object.entries(constraints?.subset ?? {}).every(fits)),
  );
}
