import { adversaries, delayBy } from "../test/support/core/adversary.ts";
import { type Row, report } from "./report/report.ts";

/**
 * The longest delay by which somebody with `s3:*` and `kms:*` can put off a repair or an alert: the
 * loop itself in simulated time, against everybody who goes on making calls.
 *
 *     npm run bench:delay -- [--json]
 */
const GOAL = 60;
const rows: Row[] = [];
let longest = 0;
for (const adversary of adversaries) {
  const seconds = await delayBy(adversary);
  const { name, settle = 0 } = adversary;
  longest = Math.max(longest, seconds - settle);
  rows.push({ what: name, result: `${seconds} s${settle === 0 ? "" : `, ${settle} s of them to settle`}` });
}
report(
  "delay",
  [
    ...rows,
    {
      what: "the longest, without the time to settle",
      result: `${longest} s`,
      goal: `<= ${GOAL} s`,
      met: longest <= GOAL,
    },
  ],
  [
    "In simulated time, from the violation to the first write or alert; 8 s of it are CloudTrail's, once.",
    "How long a new bucket may settle is the policy's own choice (`settle`); whoever makes calls cannot prolong it.",
  ],
);
