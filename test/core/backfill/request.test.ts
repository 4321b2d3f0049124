import { describe, expect, test } from "vitest";
import { newBackfill } from "#core/backfill/backfill";
import { noBackfillCounts } from "#core/backfill/counts";
import { backfillMessage, windowStart } from "#core/backfill/messages";
import { askedOf, type BackfillRequest, endOfRequests, nextRequests } from "#core/backfill/request";
import { type BackfillWindow, gapWindow, meet, timesOf } from "#core/backfill/window";

const ref = { partition: "aws", account: "111122223333", region: "eu-central-1", bucket: "invoices" };
const day = "2026-11-21T";

function aWindow(id: string, from: string | null, to: string): BackfillWindow {
  return { id, kind: "drift", from: from && `${day}${from}Z`, to: `${day}${to}Z` };
}

function aRequest(window: BackfillWindow | null, noted: string, more: Partial<BackfillRequest> = {}): BackfillRequest {
  const selection = { prefix: "", versions: "current", since: null, until: null } as const;
  const state = { state: "waiting", backfill: null, ended: null } as const;
  return { id: window?.id ?? "m-1", by: "role", selection, window, noted: `${day}${noted}Z`, ...state, ...more };
}

describe("the times that windows ask for", () => {
  test("are a minute longer at both ends, and all of several", () => {
    const one = aWindow("a", "08:00:00", "08:10:00");
    expect(timesOf([one])).toEqual({ since: `${day}07:59:00.000Z`, until: `${day}08:11:00.000Z` });
    const later = aWindow("b", "09:00:00", "09:10:00");
    expect(timesOf([later, one])).toEqual({ since: `${day}07:59:00.000Z`, until: `${day}09:11:00.000Z` });
    expect(timesOf([later, aWindow("c", null, "07:00:00")]).since).toBeNull();
  });

  test("of a gap go on until the bucket's events are surely on", () => {
    const gap = gapWindow("g", `${day}08:00:00Z`, `${day}08:10:00Z`);
    expect(gap).toEqual({ id: "g", kind: "gap", from: `${day}08:00:00Z`, to: `${day}08:15:00.000Z` });
  });

  test.each<[boolean, BackfillWindow, BackfillWindow]>([
    [true, aWindow("a", "08:00:00", "08:10:00"), aWindow("b", "08:12:00", "08:20:00")],
    [false, aWindow("a", "08:00:00", "08:10:00"), aWindow("b", "08:12:01", "08:20:00")],
    [true, aWindow("a", "08:00:00", "08:10:00"), aWindow("b", null, "09:00:00")],
    [false, aWindow("a", null, "08:00:00"), aWindow("b", "09:00:00", "10:00:00")],
  ])("meet: %s", (expected, one, other) => {
    expect([meet(one, other), meet(other, one)]).toEqual([expected, expected]);
  });

  test("are those of the message that starts a backfill, which is read as it was made", () => {
    const window = aWindow("a", "08:00:00", "08:10:00");
    const message = windowStart(ref, "role", window, "all");
    expect(backfillMessage.parse(JSON.parse(JSON.stringify(message)))).toEqual(message);
    expect(message).toMatchObject({ versions: "all", since: `${day}07:59:00.000Z`, window, by: "role" });
  });
});

describe("the next backfill", () => {
  const first = aRequest(aWindow("a", "08:00:00", "08:10:00"), "08:10:00");
  const meets = aRequest(aWindow("b", "08:10:00", "08:20:00"), "08:30:00");
  const chained = aRequest(aWindow("c", "08:20:00", "08:25:00"), "08:40:00");
  const apart = aRequest(aWindow("d", "10:00:00", "10:10:00"), "08:20:00");
  const person = aRequest(null, "08:05:00");

  test("is about the oldest request and every window that meets it, or meets one that does", () => {
    expect(nextRequests([])).toEqual([]);
    expect(nextRequests([chained, apart, meets, first])).toEqual([first, meets, chained]);
    expect(nextRequests([apart])).toEqual([apart]);
  });

  test("is a person's alone where that is the oldest, and never takes it along", () => {
    expect(nextRequests([first, person])).toEqual([person]);
    expect(nextRequests([first, { ...person, noted: `${day}09:00:00Z` }])).toEqual([first]);
  });

  test("is about no more windows than one transaction can begin", () => {
    const many = Array.from({ length: 50 }, (_, at) => aRequest(aWindow(`w${at}`, null, "08:00:00"), "08:00:00"));
    expect(nextRequests(many)).toHaveLength(40);
  });

  test("does what was asked for, over all of its windows", () => {
    expect(askedOf([person])).toEqual({ by: "role", selection: person.selection });
    const { selection } = first;
    const all = { ...meets, selection: { ...selection, versions: "all" as const } };
    expect(askedOf([first, all, person])).toEqual({
      by: "role",
      selection: { ...selection, versions: "all", since: `${day}07:59:00.000Z`, until: `${day}08:21:00.000Z` },
      windows: [first.window, meets.window],
    });
    expect(askedOf([first]).selection.versions).toBe("current");
  });
});

test("a window is closed only where every object could be looked at", () => {
  const selection = { prefix: "", versions: "current", since: null, until: null } as const;
  const begun = newBackfill({ id: "b", ref, by: "role", message: "m", selection }, 0);
  const after = (outcomes: Record<string, number>, state: "done" | "cancelled" | "failed" = "done") =>
    endOfRequests({ ...begun, state, counts: { ...noBackfillCounts, outcomes } });
  expect(after({ changed: 3, held: 1, reported: 2 })).toBe("closed");
  expect(after({ changed: 3, failed: 1 })).toBe("incomplete");
  expect(after({ unreadable: 1 })).toBe("incomplete");
  expect(after({ failed: 1 }, "cancelled")).toBe("cancelled");
  expect(after({}, "failed")).toBe("failed");
});
