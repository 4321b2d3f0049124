import { describe, expect, test } from "vitest";
import { isInOtherHands, LEASE_SECONDS, leaseEnd, release, secondsBusy } from "#core/ledger/lease";
import type { Ledger } from "#core/ledger/ledger";
import type { BucketState } from "#core/ledger/state";
import { outbox } from "../../support/batch/outbox.ts";
import { anIntent, aState, at, NOW } from "../../support/core/loop.ts";
import { ref } from "../../support/core/world.ts";

describe("a bucket belongs to another look", () => {
  test.each<[string, BucketState, boolean]>([
    ["not without an intent", aState(), false],
    ["while another look writes it", aState({ intent: anIntent({ owner: "other", expires: at(1) }) }), true],
    ["while another look sends its alert", aState({ outbox: outbox({ owner: "other", expires: at(1) }) }), true],
    ["not if this look writes it", aState({ intent: anIntent({ owner: "me", expires: at(1) }) }), false],
    ["not if this look sends its alert", aState({ outbox: outbox({ owner: "me", expires: at(1) }) }), false],
    ["not when the lease has expired", aState({ intent: anIntent({ owner: "other", expires: at(0) }) }), false],
    [
      "if one lease of two has expired",
      aState({
        intent: anIntent({ owner: "other", expires: at(-1) }),
        outbox: outbox({ owner: "other", expires: at(1) }),
      }),
      true,
    ],
  ])("%s", (_, held, expected) => {
    expect(isInOtherHands(held, "me", NOW)).toBe(expected);
  });

  test("at most for a minute", () => {
    expect(LEASE_SECONDS).toBe(60);
    expect(leaseEnd(NOW)).toBe(at(60));
  });
});

describe("a look releases", () => {
  async function released(found: BucketState): Promise<BucketState | null> {
    let saved: BucketState | null = null;
    const ledger: Ledger = {
      read: async () => found,
      save: async (_, next) => {
        saved = next;
        return next;
      },
    };
    await release({ ledger, now: () => NOW }, ref, "me");
    return saved;
  }

  test("the intent that it recorded", async () => {
    const found = aState({ intent: anIntent({ owner: "me" }), outbox: outbox({ owner: "other" }) });
    expect(await released(found)).toEqual({ ...found, intent: { ...anIntent({ owner: "me" }), expires: at(0) } });
  });

  test("the alert that it claimed", async () => {
    const found = aState({ intent: anIntent({ owner: "other" }), outbox: outbox({ owner: "me" }) });
    expect(await released(found)).toEqual({ ...found, outbox: { ...outbox({ owner: "me" }), expires: at(0) } });
  });

  test.each([
    ["nothing, where there is nothing", aState()],
    ["nothing of others'", aState({ intent: anIntent({ owner: "other" }), outbox: outbox({ owner: "other" }) })],
  ])("%s", async (_, found) => {
    expect(await released(found)).toBeNull();
  });
});

describe("a look at a bucket that belongs to another one waits", () => {
  test.each([
    [0, 2],
    [1, 4],
    [2, 8],
    [3, 16],
    [4, 32],
    [5, 60],
    [9, 60],
  ])("after %d hops for %d seconds, never past the end of the lease", (hops, seconds) => {
    expect(secondsBusy(aState({ intent: anIntent({ owner: "other", expires: at(59) }) }), hops, NOW)).toBe(seconds);
  });

  test("until the later of two leases has expired", () => {
    const held = aState({
      intent: anIntent({ owner: "other", expires: at(3) }),
      outbox: { ...outbox({ owner: "other" }), expires: at(20) },
    });
    expect(secondsBusy(held, 8, NOW)).toBe(21);
  });
});
