import { describe, expect, test } from "vitest";
import { joinWork, postponed, workMessageSchema } from "#core/bucket/work";
import { MAX_TRIGGERS } from "#core/ledger/state";
import { eventAt, trigger, work } from "../../support/core/loop.ts";
import { ref } from "../../support/core/world.ts";

const first = work({ ids: ["a"], triggers: [trigger({ eventId: "1" })] });

describe("work on one bucket is joined", () => {
  test("and every event counts once", () => {
    const second = work({ ids: ["b"], triggers: [trigger({ eventId: "1" }), trigger({ eventId: "2" })] });
    const joined = joinWork([first, second]);
    expect(joined).toEqual([
      { ...first, ids: ["a", "b"], triggers: [trigger({ eventId: "1" }), trigger({ eventId: "2" })] },
    ]);
  });

  test.each([
    ["account", { account: "444455556666" }],
    ["Region", { region: "us-east-1" }],
    ["name", { bucket: "reports" }],
  ])("not with that of another %s", (_, changes) => {
    const other = work({ ref: { ...ref, ...changes }, ids: ["b"] });
    expect(joinWork([first, other])).toEqual([first, other]);
  });

  test("and may be repeated for a doubt that not all of it has waited for", () => {
    const [joined] = joinWork([work({ after: ["busy", "recheck"] }), work({ after: ["settle", "busy"] })]);
    expect(joined?.after).toEqual(["busy"]);
  });
});

describe("a postponed look", () => {
  test("says which bucket, after what, and for which events", () => {
    expect(postponed(work({ after: ["busy"] }), "recheck")).toEqual({
      schema: "bucketseal.work/1",
      ref,
      after: ["busy", "recheck"],
      triggers: [trigger()],
    });
  });

  test("names no reason twice", () => {
    expect(postponed(work({ after: ["busy", "settle"] }), "busy").after).toEqual(["busy", "settle"]);
  });

  test("carries the newest events only", () => {
    const triggers = Array.from({ length: 25 }, (_, at) => trigger({ eventId: `${at}`, eventTime: eventAt(at) }));
    expect(postponed(work({ triggers }), "busy").triggers).toEqual(triggers.slice(-MAX_TRIGGERS));
  });

  test("comes back from the queue as it was sent", () => {
    const tags = trigger({ eventId: "2", eventName: "TagResource", requested: { kind: "tags", tags: { team: "a" } } });
    const stranger = trigger({ eventId: "3", actor: { ...trigger().actor, arn: null }, requested: null });
    for (const why of ["settle", "recheck", "busy"] as const) {
      const message = postponed(work({ triggers: [trigger(), tags, stranger] }), why);
      expect(workMessageSchema.parse(JSON.parse(JSON.stringify(message)))).toEqual(message);
    }
  });
});

describe("what an event asked for is carried along", () => {
  const asked = (value: string) => trigger({ requested: { kind: "tags", tags: { team: value } } });
  const overhead = JSON.stringify({ kind: "tags", tags: { team: "" } }).length;

  test("where it is short", () => {
    const short = asked("x".repeat(4096 - overhead));
    expect(postponed(work({ triggers: [short] }), "busy").triggers).toEqual([short]);
  });

  test("and left out where it is long, so that a message always fits the queue", () => {
    const long = asked("x".repeat(4097 - overhead));
    expect(postponed(work({ triggers: [long] }), "busy").triggers).toEqual([{ ...long, requested: null }]);
  });
});

describe("a message is no look of ours", () => {
  const message = postponed(work(), "busy");

  test.each<[string, object]>([
    ["of another schema", { ...message, schema: "bucketseal.work/2" }],
    ["that says more", { ...message, action: "write" }],
    ["whose bucket says more", { ...message, ref: { ...ref, plan: "write" } }],
    ["that lacks the bucket's account", { ...message, ref: { ...ref, account: undefined } }],
    ["postponed for a reason nobody knows", { ...message, after: ["whim"] }],
    ["with an event that is none", { ...message, triggers: ["event-1"] }],
    ...(["eventId", "eventName", "eventTime", "actor", "requested"] as const).map((field): [string, object] => [
      `with an event without ${field}`,
      { ...message, triggers: [{ ...trigger(), [field]: undefined }] },
    ]),
    ["with an event at no time", { ...message, triggers: [trigger({ eventTime: "yesterday" })] }],
    ["with an issuer that is none", { ...message, triggers: [{ ...trigger(), issuer: 7 }] }],
    ["with an actor of no type", { ...message, triggers: [{ ...trigger(), actor: { arn: null } }] }],
    ["with an actor without ARN", { ...message, triggers: [{ ...trigger(), actor: { type: "Root" } }] }],
    ["with a request of another kind", { ...message, triggers: [{ ...trigger(), requested: { kind: "acl" } }] }],
  ])("%s", (_, given) => {
    expect(workMessageSchema.safeParse(given).success).toBe(false);
  });
});
