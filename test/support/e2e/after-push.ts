import { beforeAll } from "vitest";
import { readLast } from "#aws/runs/pointers";
import { soon, story } from "./story.ts";

/**
 * Begins when the run of the sandbox's own push is over: its looks might repair a bucket whose
 * event a test has lost.
 */
beforeAll(async () => {
  const { root, sandbox } = story();
  const { account, region, ledgerTable: table } = sandbox;
  const pushed = () => readLast({ dynamodb: root.dynamodb, table }, { account, region }, "push");
  await soon(pushed, (last) => last !== null, 60);
}, 90_000);
