import { expect, test } from "vitest";
import { emptyWindow, replicasAlone } from "#core/alert/digest";

const time = "2026-11-28T12:00:00.000Z";
const window = (counts: object, reasons: object, more: object = {}) => ({
  ...emptyWindow(time, time),
  counts: { ...counts },
  reasons: { ...reasons },
  rules: ["b", "a"],
  ...more,
});
const both = { "key-differs": 3, "object-replica": 3 };

test("a window of held replicas alone says what it tells of them, whatever their number and order", () => {
  const told = replicasAlone(window({ held: 3 }, both));
  expect(told).toBe('[["a","b"],["key-differs","object-replica"]]');
  const more = { "object-replica": 9, "key-differs": 9 };
  expect(replicasAlone(window({ held: 9 }, more, { rules: ["a", "b"] }))).toBe(told);
  expect(replicasAlone(window({ held: 3 }, { ...both, "algorithm-differs": 1 }))).not.toBe(told);
});

test.each<[string, object, object, object?]>([
  ["nothing", {}, {}],
  ["a repair beside", { held: 3, changed: 1 }, both],
  ["something else that is held", { held: 4 }, both],
  ["no replica", { held: 1 }, { "object-locked": 1 }],
  ["re-keyed objects", { held: 3 }, both, { rekeyed: 1 }],
])("a window of %s does not", (_, counts, reasons, more) => {
  expect(replicasAlone(window(counts, reasons, more))).toBeNull();
});
