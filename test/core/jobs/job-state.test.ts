import { expect, test } from "vitest";
import { type DescribedJob, isEnded, type JobState, jobState } from "#core/jobs/job-state";

const job: DescribedJob = {
  status: "New",
  total: 10,
  succeeded: 7,
  failed: 2,
  failures: [],
  created: null,
  update: null,
};
const counts = { objects: 10, updated: 7, failed: 2 };

test.each<[string, Partial<DescribedJob>, JobState]>([
  ["a new job", {}, { kind: "preparing" }],
  ["one whose objects are being found", { status: "Preparing" }, { kind: "preparing" }],
  ["one that waits", { status: "Suspended" }, { kind: "counted", objects: 10 }],
  ["one that runs", { status: "Active" }, { kind: "running", counts }],
  ["one that was cancelled and still runs", { status: "Cancelling" }, { kind: "running", counts }],
  ["one that is done", { status: "Complete" }, { kind: "complete", counts }],
  ["one that was cancelled", { status: "Cancelled" }, { kind: "cancelled", counts }],
  [
    "one that found nothing",
    { status: "Failed", total: 0, failures: ["Manifest generation found no keys matching the filter criteria."] },
    { kind: "nothing" },
  ],
  ["one that failed", { status: "Failed", failures: ["a", "b"] }, { kind: "failed", why: "a; b", counts }],
  [
    "one that failed with objects, whatever its text says",
    { status: "Failed", failures: ["no keys matching the filter criteria"] },
    { kind: "failed", why: "no keys matching the filter criteria", counts },
  ],
  ["one that failed for no reason", { status: "Failed" }, { kind: "failed", why: "AWS gives no reason", counts }],
  ["one whose status is new to us", { status: "Resting" }, { kind: "unknown" }],
])("%s", (_, given, expected) => {
  expect(jobState({ ...job, ...given })).toEqual(expected);
});

test("a job has ended, or more may become of it", () => {
  const kinds = ["preparing", "counted", "running", "unknown", "nothing", "complete", "cancelled", "failed"] as const;
  expect(kinds.filter((kind) => isEnded({ kind } as JobState))).toEqual(["nothing", "complete", "cancelled", "failed"]);
});
