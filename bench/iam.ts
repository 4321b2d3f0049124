import { decideAccess } from "#core/iam/decide";
import { readDocument } from "#core/iam/document";
import type { Caller, IamRequest } from "#core/iam/request";
import { wouldRefuseUpload } from "#core/iam/upload-refused";
import { commonPolicies } from "../test/support/core/common-policies.ts";

/**
 * Evaluations of IAM policies per second: usual bucket policies, asked about uploads and downloads
 * by a user, another account and nobody in particular, with most condition keys unknown; and how
 * many of these policies would hold a change to the key that they are written for. Prints one line.
 *
 *     node bench/iam.ts
 */
const GOAL = 20_000;
const SECONDS = 2;

const account = "111122223333";
const bucketArn = "arn:aws:s3:::invoices";
const key = `arn:aws:kms:eu-west-1:${account}:key/11111111-2222-4333-8444-555555555555`;
const everything = readDocument(JSON.stringify({ Statement: { Effect: "Allow", Action: "*", Resource: "*" } }));

const policies = commonPolicies("invoices", account, key).map(({ text }) => readDocument(text));
const callers: readonly Caller[] = [
  { kind: "principal", arn: `arn:aws:iam::${account}:user/alice`, account },
  { kind: "somebody", account: "444455556666" },
  { kind: "anonymous" },
];
const requests = ["s3:PutObject", "s3:GetObject"].flatMap((action) => callers.map((caller) => request(action, caller)));

let evaluations = 0;
const begun = performance.now();
while (performance.now() - begun < SECONDS * 1000) {
  for (const resource of policies) {
    for (const asked of requests) {
      decideAccess({ identity: [everything], resource, kind: "bucket", owner: account }, asked);
      evaluations++;
    }
  }
}
const perSecond = Math.round((evaluations / (performance.now() - begun)) * 1000);
const plain = { algorithm: "AES256", key: null };
const held = policies.filter(
  (policy) => wouldRefuseUpload(policy, bucketArn, account, plain, { algorithm: "aws:kms", key }).length > 0,
);
console.log(
  `iam: ${perSecond.toLocaleString("en")} evaluations/s (goal ${GOAL.toLocaleString("en")}: ` +
    `${perSecond >= GOAL ? "met" : "missed"}; ${held.length} false holds over ${policies.length} usual bucket policies)`,
);

function request(action: string, caller: Caller): IamRequest {
  const keys = { "aws:securetransport": "true", "s3:x-amz-server-side-encryption": null };
  return { action, resource: `${bucketArn}/2026/a.pdf`, caller, context: { keys, isWhole: false } };
}
