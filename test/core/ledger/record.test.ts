import { describe, expect, test } from "vitest";
import { withReasons } from "#core/decide/plan";
import { deliver, record } from "#core/ledger/record";
import { RetryableError } from "#core/retryable";
import { outbox } from "../../support/batch/outbox.ts";
import { desk } from "../../support/core/desk.ts";
import { aes, aLook, anIntent, aPlan, aState, at, compliant, kms, NOW } from "../../support/core/loop.ts";
import { ref } from "../../support/core/world.ts";

const held = aPlan({ action: "hold" });

describe("the result of a look", () => {
  test("is saved with its alert, which is sent and then removed", async () => {
    const { aws, ports, made, saved } = desk();
    aws.state = aState();
    expect(await record(ports, aLook({ found: aws.state }), "held", held)).toBe("recorded");
    expect(made).toEqual(["save", "publish", "save"]);
    expect(saved.map((each) => each.outbox?.alert.id)).toEqual(["id-0", undefined]);
    expect(saved[0]?.outbox).toMatchObject({ owner: "look-1", expires: at(60) });
    expect(aws.published.map(({ alert }) => [alert.outcome, alert.time])).toEqual([["held", at(0)]]);
    expect(aws.state).toMatchObject({ rev: 3, outcome: "held", outbox: null });
  });

  test("is saved with its entry in the history, which has the alert's id", async () => {
    const { aws, ports, kept } = desk();
    aws.state = aState();
    await record(ports, aLook({ found: aws.state }), "held", held);
    expect(kept.map((entry) => [entry.id, entry.alert, entry.outcome])).toEqual([["id-0", "id-0", "held"]]);
  });

  test("is saved without an alert if nothing is to be reported", async () => {
    const { aws, ports, made } = desk();
    aws.state = aState();
    expect(await record(ports, aLook({ found: aws.state, observed: kms }), "left alone", compliant)).toBe("recorded");
    expect(made).toEqual(["save"]);
  });

  test("is not saved if nothing is new", async () => {
    const { aws, ports, made } = desk();
    aws.state = aState();
    await record(ports, aLook({ found: aws.state, observed: kms }), "left alone", compliant);
    made.length = 0;
    expect(await record(ports, aLook({ found: aws.state, observed: kms }), "left alone", compliant)).toBe("recorded");
    expect(made).toEqual([]);
  });

  test("is neither saved nor alerted if the ledger has moved", async () => {
    const { aws, ports, made } = desk();
    aws.state = aState({ rev: 2 });
    expect(await record(ports, aLook({ found: aState({ rev: 1 }) }), "held", held)).toBe("moved");
    expect([made, aws.state.outcome]).toEqual([["save"], null]);
  });

  test("is discarded for a new look if the ledger moves while its alert is sent", async () => {
    const moving = desk((aws) => ({
      publish: async () => {
        aws.state = { ...aws.state, rev: 99 };
      },
    }));
    moving.aws.state = aState();
    expect(await record(moving.ports, aLook({ found: moving.aws.state }), "held", held)).toBe("moved");
  });
});

describe("an alert in the ledger", () => {
  test("that does not exist needs no call", async () => {
    const { ports, made } = desk();
    const found = aState({ intent: anIntent() });
    expect(await deliver(ports, ref, found, "me")).toBe(found);
    expect(made).toEqual([]);
  });

  test("is sent by the look that made it, and removed", async () => {
    const { aws, ports, made } = desk();
    aws.state = aState({ outbox: outbox({ owner: "me" }) });
    expect(await deliver(ports, ref, aws.state, "me")).toEqual({ ...aState({ rev: 2 }), outbox: null });
    expect(made).toEqual(["publish", "save"]);
    expect(aws.published.map(({ alert }) => alert)).toEqual([outbox().alert]);
  });

  test("that another look left behind is claimed before it is sent", async () => {
    const { aws, ports, made, saved } = desk();
    aws.state = aState({ outbox: outbox({ owner: "other", expires: at(-1) }) });
    expect(await deliver(ports, ref, aws.state, "me")).toMatchObject({ rev: 3, outbox: null });
    expect(made).toEqual(["save", "publish", "save"]);
    expect(saved[0]?.outbox).toEqual(outbox({ owner: "me", expires: at(60) }));
  });

  test("that another look claimed is left to it", async () => {
    const { aws, ports, made } = desk();
    aws.state = aState({ rev: 2 });
    const found = aState({ rev: 1, outbox: outbox({ owner: "other" }) });
    expect(await deliver(ports, ref, found, "me")).toBe("moved");
    expect(made).toEqual(["save"]);
  });

  test("that cannot be sent stays in the outbox", async () => {
    const { aws, ports } = desk(() => ({ publish: () => Promise.reject(new Error("SNS is down")) }));
    aws.state = aState({ outbox: outbox({ owner: "me" }) });
    await expect(deliver(ports, ref, aws.state, "me")).rejects.toThrow("SNS is down");
    expect(aws.state.outbox).toEqual(outbox({ owner: "me" }));
  });
});

test("a plan that reasons are added to is otherwise unchanged", () => {
  const more = { code: "paused", text: "paused" } as const;
  expect(withReasons(aPlan(), [more])).toEqual({ ...aPlan(), reasons: [...aPlan().reasons, more] });
});

test("a look that its ledger keeps overtaking is retried", () => {
  expect(new RetryableError("moved")).toMatchObject({ name: "RetryableError", message: "moved" });
});

test("an alert is dated by the clock of the look", async () => {
  const late = desk();
  late.now = NOW + 1500;
  late.aws.state = aState();
  await record(late.ports, aLook({ found: late.aws.state, observed: aes }), "held", held);
  expect(late.aws.published[0]?.alert).toMatchObject({ time: at(1.5), latencyMs: 6500 });
});
