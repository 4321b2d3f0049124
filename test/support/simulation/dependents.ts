import type { Fact } from "#core/fact";
import type { HazardReader } from "#core/guard/reader";
import { type PolicyDocument, readDocument } from "#core/iam/document";
import { calm } from "../core/calm.ts";
import { denied, known } from "../core/world.ts";
import type { Aws, Dependent } from "./aws.ts";

/** Reads what depends on the bucket now; `call` makes a call of it, which may fail. */
export function dependentsOf(aws: Aws, call: <T>(effect: () => T) => Promise<T>): HazardReader {
  const now = (): Dependent => aws.dependents.at(-1)?.what ?? "nothing";
  const seen = <T>(by: Dependent, harmful: T, calm: T) =>
    call((): Fact<T> => {
      if (now() === "unseen") return denied;
      return known(now() === by ? harmful : calm);
    });
  return {
    ...calm,
    replication: () => seen("replication", { role: "arn:aws:iam::111122223333:role/r", rules: [RULE] }, null),
    policyStatus: () => seen("readers", { isPublic: true }, null),
    publicAccessBlock: () =>
      seen(
        "readers",
        { ignorePublicAcls: false, restrictPublicBuckets: false },
        { ignorePublicAcls: true, restrictPublicBuckets: true },
      ),
    bucketPolicy: () => (now() === "readers" ? seen("readers", PUBLIC, null) : seen("logs", LOGS, null)),
  };
}

// --- internal ---

const RULE = { id: "all", isEnabled: true, destination: "copies", takesKms: false, replicaKey: null };

const PUBLIC = allowing("*", "s3:GetObject");

const LOGS = allowing({ Service: "logging.s3.amazonaws.com" }, "s3:PutObject");

function allowing(Principal: unknown, Action: string): PolicyDocument {
  return readDocument(JSON.stringify({ Statement: { Effect: "Allow", Principal, Action, Resource: "*" } }));
}
