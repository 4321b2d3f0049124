import { type Access, decideAccess, type Policies } from "#core/iam/decide";
import { type PolicyDocument, readDocument } from "#core/iam/document";
import type { Caller, IamRequest, RequestContext } from "#core/iam/request";

export const home = "111122223333";
export const abroad = "444455556666";
export const bucketArn = "arn:aws:s3:::invoices";
const objectArn = `${bucketArn}/2026/a.pdf`;

/** Statements as a document of the current version. */
export function document(...statements: readonly object[]): PolicyDocument {
  return documentOf({ Version: "2012-10-17", Statement: statements });
}

/**
 * Anything as a document. It is read where a test uses it, not where its table is made: a mutant of
 * the reading has to be at work in the test.
 */
export function documentOf(whole: unknown): PolicyDocument {
  const text = JSON.stringify(whole);
  return {
    get statements() {
      return readDocument(text).statements;
    },
  };
}

export const everything = document({ Effect: "Allow", Action: "*", Resource: "*" });

export function user(name: string, account = home): Caller {
  return { kind: "principal", arn: `arn:aws:iam::${account}:user/${name}`, account };
}

export function role(name: string, account = home): Caller {
  return { kind: "principal", arn: `arn:aws:iam::${account}:role/${name}`, account };
}

export function session(name: string, called: string, account = home): Caller {
  return { kind: "principal", arn: `arn:aws:sts::${account}:assumed-role/${name}/${called}`, account };
}

export function root(account = home): Caller {
  return { kind: "principal", arn: `arn:aws:iam::${account}:root`, account };
}

export function service(name: string): Caller {
  return { kind: "service", service: name };
}

export const anonymous: Caller = { kind: "anonymous" };

/** A request with all its condition keys. */
export function whole(keys: RequestContext["keys"] = {}): RequestContext {
  return { keys, isWhole: true };
}

/** A request of which only these condition keys are known. */
export function partly(keys: RequestContext["keys"] = {}): RequestContext {
  return { keys, isWhole: false };
}

/** Somebody's upload, by a user at home unless said otherwise. */
function upload(changes: Partial<IamRequest> = {}): IamRequest {
  return { action: "s3:PutObject", resource: objectArn, caller: user("alice"), context: whole(), ...changes };
}

/** What the policies of a bucket at home say; identity policies allow everything unless given. */
export function access(policies: Partial<Policies>, request: Partial<IamRequest> = {}): Access {
  return decideAccess(
    { identity: [everything], resource: null, kind: "bucket", owner: home, ...policies },
    upload(request),
  );
}
