import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { doubts, doubtsByHand, doubtsOfRecords } from "../support/doubts/doubts.ts";
import { conformance } from "../support/local-aws/conformance.ts";

/**
 * The doubts of docs/aws-behaviour.md, section 13: `npm run test:aws` begins with them, and prints
 * what AWS did as a table to paste into an issue. The local AWS does what is expected.
 */
const aws = conformance();
const hasTrail = process.env.BUCKETSEAL_TEST_AWS !== "1" || process.env.BUCKETSEAL_TEST_TRAIL === "1";
const asked = hasTrail ? [...doubts, ...doubtsOfRecords] : doubts;
const answers = new Map<string, string>();

afterAll(() => {
  if (!aws.real) return;
  const open = hasTrail ? [] : doubtsOfRecords.map(({ question }) => `${question} (needs BUCKETSEAL_TEST_TRAIL=1)`);
  const rows = [
    ...asked.map(({ question, expected }) => [question, expected, answers.get(question) ?? "no answer"]),
    ...[...open, ...doubtsByHand].map((question) => [question, "", "by hand"]),
  ];
  const lines = [["what", "expected", "AWS"], ["---", "---", "---"], ...rows].map((row) => `| ${row.join(" | ")} |`);
  mkdirSync("reports", { recursive: true });
  writeFileSync(join("reports", "doubts.txt"), `${lines.join("\n")}\n`);
});

describe("only a real account can settle:", () => {
  test.concurrent.each(asked)(
    "$question",
    async ({ question, expected, ask }) => {
      const answer = await ask(aws).catch(
        (error: unknown) => `failed: ${error instanceof Error ? error.message : error}`,
      );
      answers.set(question, answer.replaceAll("\n", " "));
      // On AWS the table is the result: an answer that nobody expected fails nothing.
      expect(aws.real ? expected : answer).toBe(expected);
    },
    400_000,
  );
});
