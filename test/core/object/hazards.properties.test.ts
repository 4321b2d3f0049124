import fc from "fast-check";
import { expect, test } from "vitest";
import type { HazardReader } from "#core/guard/reader";
import { reconcileObject } from "#core/object/reconcile";
import { MAX_COPIES } from "#core/object/write";
import { abroad, document } from "../../support/core/iam.ts";
import { objectPorts, own, work } from "../../support/core/object-world.ts";
import { SimulatedS3 } from "../../support/core/simulated-s3.ts";
import { account, denied, known, policyOf, ref } from "../../support/core/world.ts";
import { runs } from "../../support/soak.ts";

const bucketArn = `arn:aws:s3:::${ref.bucket}`;
const all = { Effect: "Allow", Principal: { AWS: account }, Action: "kms:*", Resource: "*" };
const letting = (Principal: unknown) =>
  known(document({ Effect: "Allow", Principal, Action: "s3:GetObject", Resource: `${bucketArn}/*` }));
const open = known({ ignorePublicAcls: false, restrictPublicBuckets: false });
const pinned = { grantee: `arn:aws:iam::${account}:role/ci`, operations: ["Decrypt"] };
const toObject = { equals: null, subset: { "aws:s3:arn": `${bucketArn}/a` } };
const rule = { id: "all", isEnabled: true, destination: "copies", takesKms: false, replicaKey: null };

/** What may depend on the objects of a bucket: the hazard that it is, and how it is seen. */
const dependents: Readonly<Record<string, { hazard: string | null; facts: { [K in keyof HazardReader]?: unknown } }>> =
  {
    nothing: { hazard: null, facts: {} },
    everybody: {
      hazard: "readers",
      facts: { bucketPolicy: letting("*"), policyStatus: known({ isPublic: true }), publicAccessBlock: open },
    },
    "another account": { hazard: "readers", facts: { bucketPolicy: letting({ AWS: abroad }) } },
    "a key of nobody": {
      hazard: "key-policy",
      facts: { keyPolicy: known(document({ ...all, Principal: { AWS: abroad } })) },
    },
    "a grant for one object": {
      hazard: "encryption-context",
      facts: { keyGrants: known([{ ...pinned, constraints: toObject }]) },
    },
    replication: {
      hazard: "replication",
      facts: { replication: known({ role: `arn:aws:iam::${account}:role/r`, rules: [rule] }) },
    },
    "an unseen policy": { hazard: "unknown", facts: { bucketPolicy: denied } },
    "an unseen key": { hazard: "unknown", facts: { keyPolicy: denied } },
    "unseen grants": { hazard: "unknown", facts: { keyGrants: denied } },
  };
const who = fc.constantFrom(...Object.keys(dependents));
const names = ["readers", "key-policy", "encryption-context", "replication"];
const step = fc.oneof(
  { weight: 2, arbitrary: who },
  { weight: 3, arbitrary: fc.constantFrom("put" as const, "look" as const) },
);

/** A bucket key, which an update brings about, or two layers, which take a copy. */
const encryption = fc.constantFrom(
  { algorithm: "aws:kms", key: "default", bucketKey: true },
  { algorithm: "aws:kms:dsse", key: "default" },
);

test("no sequence of events leads to a write of an object while a verdict is hazard or unknown, and unaccepted", async () => {
  const given = { encryption, accepted: fc.subarray(names), steps: fc.array(step, { minLength: 2, maxLength: 12 }) };
  await fc.assert(
    fc.asyncProperty(fc.record(given), async ({ encryption: wanted, accepted, steps }) => {
      const accept = Object.fromEntries(accepted.map((name) => [name, "SEC-1"]));
      const policy = policyOf({
        keys: { default: own },
        rules: [{ encryption: wanted, accept, objects: { onWrite: "enforce", copy: true } }],
      });
      const s3 = new SimulatedS3("Disabled");
      let now = "nothing";
      const { ports } = objectPorts(s3, policy);
      const seen = new Proxy(ports.reader, {
        get: (reader, name: keyof HazardReader) => {
          const fact = dependents[now]?.facts[name];
          return fact === undefined ? reader[name] : async () => fact;
        },
      });
      const look = () => reconcileObject({ ...ports, reader: seen }, work());
      const writes: string[] = [];
      const { update, copyTo } = s3;
      s3.update = (...asked) => {
        writes.push(`update for ${now}`);
        return update.apply(s3, asked);
      };
      s3.copyTo = (...asked) => {
        writes.push(`copy for ${now}`);
        return copyTo.apply(s3, asked);
      };
      for (const each of steps) {
        if (each === "put") s3.put("a", { algorithm: "AES256", bucketKey: false });
        else if (each === "look") await look();
        else now = each;
      }
      expect(writes.filter((write) => !isAllowed(write, accepted))).toEqual([]);
      now = "nothing";
      s3.put("b", { algorithm: "AES256", bucketKey: false });
      const isOften = writes.length >= MAX_COPIES;
      expect(isOften ? ["changed", "contested"] : ["changed"]).toContain((await look()).outcome);
    }),
    { numRuns: runs(300) },
  );
});

/** Two layers have no bucket key, and an update in place is not replicated again. */
function isAllowed(write: string, accepted: readonly string[]): boolean {
  const [, how, by = ""] = /^(\w+) for (.*)$/.exec(write) ?? [];
  const hazard = dependents[by]?.hazard ?? null;
  if (hazard === null || accepted.includes(hazard)) return true;
  return how === "update" ? hazard === "replication" : hazard === "encryption-context";
}
