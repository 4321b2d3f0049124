import { describe, expect, test } from "vitest";
import { reconcile } from "#core/bucket/reconcile";
import { withheld } from "#core/bucket/withheld";
import type { Plan } from "#core/decide/plan";
import type { BucketEncryption } from "#core/encryption";
import type { BucketState } from "#core/ledger/state";
import { type Desk, desk } from "../../support/core/desk.ts";
import {
  aes,
  anIntent,
  aPlan,
  aRequest,
  aState,
  aTrigger,
  at,
  foreign,
  kms,
  someWork,
  surveyed,
} from "../../support/core/loop.ts";
import { keyArn } from "../../support/core/world.ts";
import { inForce } from "../../support/simulation/story.ts";

/** The calls of one look at a bucket that holds this, in order. */
async function calls(
  encryption: BucketEncryption,
  {
    requested = null,
    remembered = {},
    prepare = () => undefined,
  }: Partial<{
    requested: BucketEncryption | null;
    remembered: Partial<BucketState>;
    prepare: (here: Desk) => void;
  }> = {},
): Promise<readonly string[]> {
  const here = desk();
  here.aws.history.splice(0, 1, { at: 0, encryption });
  here.aws.state = aState(remembered);
  prepare(here);
  const cause = requested === null ? aTrigger() : aTrigger({ requested: aRequest(requested) });
  await reconcile(here.ports, someWork({ triggers: [cause] }));
  return here.made;
}

describe("the calls of a look at a bucket", () => {
  test("that is as declared are one read of the bucket, its key and its pin, and one save", async () => {
    expect(await calls(kms, { requested: kms })).toEqual(["read", "policy", "encryption", "key", "pin", "save"]);
  });

  test("that is repaired are the guard's, the intent, the write, its verification, the record and the alert", async () => {
    expect(await calls(aes)).toEqual(
      ["read", "policy", "encryption", "key", "pin", "key again", "paused"].concat([
        "save",
        "put",
        "encryption",
        "save",
        "publish",
        "save",
      ]),
    );
  });

  test("that no rule matches read nothing of the bucket", async () => {
    const prepare = (here: Desk) => {
      here.aws.inForce = { ...inForce("nothing") };
    };
    expect(await calls(aes, { prepare })).toEqual(["read", "policy", "save"]);
  });

  test("that is postponed, since S3 may still return an old state, save nothing", async () => {
    expect(await calls(foreign)).toEqual(["read", "policy", "encryption", "key", "pin"]);
  });

  test("that another look is working on read the ledger, and nothing else", async () => {
    const remembered = { intent: anIntent({ owner: "other", expires: at(1) }) };
    expect(await calls(aes, { remembered })).toEqual(["read"]);
  });
});

describe("the calls before a write", () => {
  const clearing = async (here: Desk, judged: Plan) => {
    await withheld(here.ports, surveyed({ inForce: here.aws.inForce, plan: judged }));
    return here.made;
  };

  test("of a plan that holds are none", async () => {
    expect(await clearing(desk(), aPlan({ action: "hold" }))).toEqual([]);
  });

  test("of a plan whose key cannot be used are one read of the key", async () => {
    const here = desk();
    here.aws.addKey(keyArn(1), { state: "PendingDeletion" });
    expect(await clearing(here, aPlan())).toEqual(["key again"]);
  });

  test("of a plan without a hazard are one read of the key and one of the pause switch", async () => {
    expect(await clearing(desk(), aPlan())).toEqual(["key again", "paused"]);
  });
});
