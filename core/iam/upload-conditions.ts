import { conditionHolds, type IamCondition } from "./condition.ts";
import type { PolicyDocument } from "./document.ts";
import { namedAccount, namedCaller, ownAccount } from "./named-principal.ts";
import { includesCaller } from "./principal.ts";
import type { Caller, RequestContext } from "./request.ts";
import { sampleObjects } from "./sample-objects.ts";
import { type Statement, statementMatches } from "./statement.ts";
import { allOf, allTrue, anyOf, opposite, type Truth } from "./truth.ts";

/** The encryption of an upload. */
export interface UploadEncryption {
  readonly algorithm: string;
  /** The ARN of its key; `null`: it has none, `undefined`: it is not known. */
  readonly key: string | null | undefined;
}

/** An upload that asks for its encryption, or gets it by default. */
interface Upload extends UploadEncryption {
  readonly isAsked: boolean;
}

/**
 * How a statement refuses uploads by their encryption: a Deny where its conditions hold, an Allow
 * where they do not hold and nothing else in the policy lets the same caller upload. `null`: it
 * does not, being about something else, about all uploads alike, or about the owner's own users,
 * who need no Allow of the bucket.
 */
export function refusalBy(
  statement: Statement,
  policy: PolicyDocument,
  bucketArn: string,
  owner: string,
): ((upload: Upload) => Truth) | null {
  if (!isAboutUploads(statement, bucketArn) || encryptionConditions(statement).length === 0) return null;
  if (statement.effect !== "Allow") return (upload) => encryptionHolds(statement, upload);
  const callers = strangers(statement, owner);
  if (callers.length === 0) return null;
  const others = policy.statements.filter(
    (each) => each !== statement && each.effect === "Allow" && isAboutUploads(each, bucketArn),
  );
  return (upload) => anyOf(callers, (caller) => opposite(isAllowed(upload, caller, statement, others)));
}

/** Uploads that ask for another encryption, those that the statement itself names among them. */
export function otherEncryptions(statement: Statement): readonly Upload[] {
  const literals = (name: string) =>
    encryptionConditions(statement)
      .filter(({ key }) => key === name)
      .flatMap(({ values }) => values.map(({ pieces }) => pieces.join("").replaceAll(/[*?]/g, "x")));
  const algorithms = ["AES256", "aws:kms", "aws:kms:dsse", ...literals(ALGORITHM)];
  return algorithms.flatMap((algorithm) => {
    const keys = algorithm === "AES256" ? [null] : [ANOTHER_KEY, ...literals(KEY)];
    return keys.map((key) => ({ algorithm, key, isAsked: true }));
  });
}

// --- internal ---

/** All condition keys about the encryption of an upload begin with this one. */
const ALGORITHM = "s3:x-amz-server-side-encryption";
const KEY = `${ALGORITHM}-aws-kms-key-id`;
const CUSTOMER_ALGORITHM = `${ALGORITHM}-customer-algorithm`;

const ANOTHER_KEY = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000";

function isAboutUploads(statement: Statement, bucketArn: string): boolean {
  const whoever = { ...statement, principals: null, conditions: [] };
  const caller: Caller = { kind: "anonymous" };
  const context: RequestContext = { keys: {}, isWhole: false };
  return sampleObjects(statement, bucketArn).some(
    (resource) => statementMatches(whoever, { action: "s3:PutObject", resource, caller, context }) !== "no",
  );
}

/** Conditions that cannot be read may be about encryption: they become one that is not known. */
function encryptionConditions({ conditions }: Statement): readonly IamCondition[] {
  return conditions === "unreadable" ? [UNREADABLE] : conditions.filter(({ key }) => key.startsWith(ALGORITHM));
}

const UNREADABLE: IamCondition = { key: ALGORITHM, test: "unreadable", quantifier: null, ifExists: false, values: [] };

function encryptionHolds(statement: Statement, upload: Upload): Truth {
  const context = contextOfUpload(upload);
  return allOf(encryptionConditions(statement), (each) => conditionHolds(each, context));
}

/**
 * S3 fills in the key that it will use, also where that is the default's, and the algorithm only if
 * the upload's header names it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
 */
function contextOfUpload({ algorithm, key, isAsked }: Upload): RequestContext {
  const keys = { [ALGORITHM]: isAsked ? algorithm : null, [KEY]: key, [CUSTOMER_ALGORITHM]: null };
  return { keys, isWhole: false };
}

function isAllowed(upload: Upload, caller: Caller, statement: Statement, others: readonly Statement[]): Truth {
  const allows = (each: Statement) => {
    const { principals } = each;
    if (principals === null || principals === "unreadable") return "unknown";
    return allTrue(
      () => includesCaller(principals, caller),
      () => encryptionHolds(each, upload),
    );
  };
  return anyOf([encryptionHolds(statement, upload), ...others.map(allows)], (each) => each);
}

/** Those whom the statement names and who are not of the bucket's account. */
function strangers({ principals }: Statement, owner: string): readonly Caller[] {
  if (principals === null || principals === "unreadable" || principals.isExcept) return [{ kind: "anonymous" }];
  return principals.named.filter((each) => namedAccount(each) !== owner && ownAccount(each) !== owner).map(namedCaller);
}
