import { expect, test } from "vitest";
import { lastEvents, MAX_TRIGGERS, unseen, withTriggers } from "#core/ledger/state";
import { eventAt, state, trigger } from "../../support/core/loop.ts";
import { person } from "../../support/simulation/simulation.ts";

const ids = (events: readonly { readonly eventId: string }[]) => events.map((event) => event.eventId);

test("of a bucket nobody has looked at the ledger says nothing", () => {
  const { rev, reasons, triggers, driftWindows, ...rest } = unseen;
  expect([rev, reasons, triggers, driftWindows]).toEqual([0, [], [], []]);
  expect(new Set(Object.values(rest))).toEqual(new Set([null]));
});

test("the ledger remembers who did what and when, and no more", () => {
  expect(withTriggers(state(), [trigger()]).triggers).toEqual([
    { eventId: "event-1", eventName: "PutBucketEncryption", eventTime: eventAt(-5), actor: person("alice").arn },
  ]);
});

test("a caller without an ARN is remembered by the service that called, or else by the account", () => {
  const service = { ...person("x"), arn: null, invokedBy: "cloudformation.amazonaws.com" };
  const stranger = { ...person("x"), arn: null, accountId: "999999999999" };
  const events = [trigger({ actor: service }), trigger({ eventId: "event-2", actor: stranger })];
  expect(withTriggers(state(), events).triggers.map((event) => event.actor)).toEqual([
    service.invokedBy,
    "999999999999",
  ]);
});

test("an event is remembered once, however often it comes", () => {
  const once = withTriggers(state(), [trigger(), trigger({ eventId: "event-2" })]);
  expect(ids(once.triggers)).toEqual(["event-1", "event-2"]);
  expect(withTriggers(once, [trigger({ eventId: "event-2" }), trigger()])).toEqual(once);
});

test("events are remembered in the order of their own time", () => {
  const second = withTriggers(state(), [trigger({ eventId: "second", eventTime: eventAt(-3) })]);
  const both = withTriggers(second, [trigger({ eventId: "first", eventTime: eventAt(-4) })]);
  expect(ids(both.triggers)).toEqual(["first", "second"]);
});

test("the newest events are kept, and a copy of one that was let go does not push out another", () => {
  const events = Array.from({ length: 25 }, (_, at) => trigger({ eventId: `event-${at}`, eventTime: eventAt(at) }));
  const full = withTriggers(state(), events);
  expect(ids(full.triggers)).toEqual(ids(events.slice(-MAX_TRIGGERS)));
  expect(MAX_TRIGGERS).toBe(20);
  expect(withTriggers(full, events.slice(0, 1))).toEqual(full);
  expect(lastEvents(events.toReversed())).toEqual(events.slice(-MAX_TRIGGERS));
});
