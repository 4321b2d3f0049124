import { expect, test } from "vitest";
import { lastEvents, MAX_TRIGGERS, unseen, withTriggers } from "#core/ledger/state";
import { aState, aTrigger, eventAt } from "../../support/core/loop.ts";
import { person } from "../../support/simulation/simulation.ts";

const ids = (events: readonly { readonly eventId: string }[]) => events.map((event) => event.eventId);

test("the ledger has no outcome of a bucket that was never looked at", () => {
  const { rev, reasons, triggers, driftWindows, ...rest } = unseen;
  expect([rev, reasons, triggers, driftWindows]).toEqual([0, [], [], []]);
  expect(new Set(Object.values(rest))).toEqual(new Set([null]));
});

test("the ledger keeps who did what and when, and no more", () => {
  expect(withTriggers(aState(), [aTrigger()]).triggers).toEqual([
    { eventId: "event-1", eventName: "PutBucketEncryption", eventTime: eventAt(-5), actor: person("alice").arn },
  ]);
});

test("a caller without an ARN is recorded by the calling service, or else by the account", () => {
  const service = { ...person("x"), arn: null, invokedBy: "cloudformation.amazonaws.com" };
  const stranger = { ...person("x"), arn: null, accountId: "999999999999" };
  const events = [aTrigger({ actor: service }), aTrigger({ eventId: "event-2", actor: stranger })];
  expect(withTriggers(aState(), events).triggers.map((event) => event.actor)).toEqual([
    service.invokedBy,
    "999999999999",
  ]);
  const nobody = { ...stranger, accountId: null };
  expect(withTriggers(aState(), [aTrigger({ actor: nobody })]).triggers[0]?.actor).toBeNull();
});

test("an event is recorded once, however often it is delivered", () => {
  const once = withTriggers(aState(), [aTrigger(), aTrigger({ eventId: "event-2" })]);
  expect(ids(once.triggers)).toEqual(["event-1", "event-2"]);
  expect(withTriggers(once, [aTrigger({ eventId: "event-2" }), aTrigger()])).toEqual(once);
});

test("events are kept in the order of their own time", () => {
  const second = withTriggers(aState(), [aTrigger({ eventId: "second", eventTime: eventAt(-3) })]);
  const both = withTriggers(second, [aTrigger({ eventId: "first", eventTime: eventAt(-4) })]);
  expect(ids(both.triggers)).toEqual(["first", "second"]);
});

test("the newest events are kept, and a duplicate of a dropped one does not push out another", () => {
  const events = Array.from({ length: 25 }, (_, at) => aTrigger({ eventId: `event-${at}`, eventTime: eventAt(at) }));
  const full = withTriggers(aState(), events);
  expect(ids(full.triggers)).toEqual(ids(events.slice(-MAX_TRIGGERS)));
  expect(MAX_TRIGGERS).toBe(20);
  expect(withTriggers(full, events.slice(0, 1))).toEqual(full);
  expect(lastEvents(events.toReversed())).toEqual(events.slice(-MAX_TRIGGERS));
});
