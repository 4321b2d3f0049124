import { expect, test } from "vitest";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectEncryption } from "#core/encryption";
import { reconcileObject } from "#core/object/reconcile";
import { objectPorts, own, work } from "../../support/core/object-world.ts";
import { SimulatedS3 } from "../../support/core/simulated-s3.ts";
import { policyOf } from "../../support/core/world.ts";

const keys = { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default" };
const kms = { algorithm: "aws:kms", key: "default", bucketKey: true };
const sse: ObjectEncryption = { algorithm: "AES256", bucketKey: false };
const wanted: ObjectEncryption = { algorithm: "aws:kms", key: own, bucketKey: true };

/** The calls that one look at an object makes, in order. */
async function calls(onWrite: "off" | "enforce", written: ObjectEncryption, head?: Partial<ObjectFacts>) {
  const s3 = new SimulatedS3("Enabled");
  s3.put("first", written, head);
  s3.tick(5000);
  const rules = [{ id: "baseline", encryption: kms, objects: { onWrite } }];
  const { ports, witness } = objectPorts(s3, policyOf({ keys, rules }));
  await reconcileObject(ports, work(s3.current?.id));
  return witness.calls;
}

test("a look at an object that is as declared makes one call for it, and two for the key", async () => {
  expect(await calls("enforce", wanted)).toEqual(["policy", "head", "key", "pin"]);
});

test("an object that no rule covers costs no call", async () => {
  expect(await calls("off", wanted)).toEqual(["policy"]);
});

test("an object that is held by what it is costs no read for a hazard", async () => {
  expect(await calls("enforce", sse, { legalHold: true })).toEqual(["policy", "head", "key", "pin"]);
});

test("an update costs a read before and a read after it", async () => {
  const made = await calls("enforce", sse);
  expect(made.filter((name) => /head|update|copy/i.test(name))).toEqual(["head", "update", "head"]);
});
