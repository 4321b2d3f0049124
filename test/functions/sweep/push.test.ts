import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { resumeMessage } from "#core/sweep/messages";
import { metrics } from "../../../functions/runtime/telemetry.ts";
import { type RunDesk, removeBuckets, ruleOf, runDesk } from "../../support/batch/run-desk.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

/** What a push has looked at, by the two functions, in this process on a local AWS. */
const aws = localAws();
const match = { buckets: ["fn-*"] };
const good = { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true };
const held = { ...good, key: "missing" };
let root: Clients;
let desk: RunDesk;
let names: string[];
let version: number;

beforeAll(() => {
  root = aws.root();
});

beforeEach(async () => {
  desk = await runDesk(root);
  names = await desk.make(25, true);
  version = 0;
  await put("observe", good);
  await desk.tell({ schema: "bucketseal.start/1", kind: "sweep", by: "dana" });
  await desk.drain();
  expect((await desk.last())?.counts).toMatchObject({ seen: 25, reported: 25 });
  desk.own.splice(0);
  await desk.hub.alerts();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await removeBuckets(root, names);
});

/** Puts a policy in force; what instances knew of the one before is a minute old then. */
async function put(mode: "observe" | "enforce", encryption: object): Promise<void> {
  const of = (name: string) => `arn:{partition}:kms:{region}:{account}:alias/${name}`;
  await desk.hub.push([{ id: "only", match, encryption, mode }], {
    keys: { default: of(alias()), missing: of("missing") },
  });
  version += 1;
  desk.later(1);
}

/** The name that the stage's key has here, which is its topic's too. */
function alias(): string {
  return desk.bucket.settings.TOPIC_ARN.split("-").at(-1) ?? "";
}

/** Takes what waits in the lane, batches of ten before the last one. */
function largestFirst() {
  return desk.lane.splice(0).toSorted((a, b) => b.body.names.length - a.body.names.length);
}

async function pushed(): Promise<void> {
  await desk.tell({ schema: "bucketseal.start/1", kind: "push", by: "erin", from: version - 1, to: version });
}

test("a push halts at the share with one alert, leaves the rest pending, and goes on when a person says so", async () => {
  await put("enforce", held);
  const counted = vi.spyOn(metrics, "addMetric");
  await pushed();
  // One batch after the other, as a lane of one would.
  for (const next of desk.own.splice(0)) if (next.body.schema === "bucketseal.names/1") await desk.tell(next.body);
  const batches = largestFirst();
  expect(batches).toHaveLength(3);
  for (const batch of batches) expect(await desk.look(batch)).toBe(0);
  const halted = await desk.current("push");
  expect(halted).toMatchObject({ state: "halted", done: 1, counts: { seen: 10, held: 10 } });
  expect(counted).toHaveBeenCalledWith("RunsHalted", "Count", 1);
  const runs = async () => (await desk.hub.alerts()).flatMap(({ run }) => (run === undefined ? [] : [run]));
  expect((await runs()).map(({ id, state }) => [id, state])).toEqual([[halted?.id, "halted"]]);

  // A resume that is delivered twice sends nothing twice.
  await desk.tell(resumeMessage("push", "erin"));
  await desk.tell(resumeMessage("push", "erin"));
  expect(desk.lane.map(({ body }) => body.batch).toSorted()).toEqual(
    batches
      .slice(1)
      .map(({ body }) => body.batch)
      .toSorted(),
  );
  for (const batch of largestFirst()) await desk.look(batch);
  // What was held before counts no more; of what came since, ten are enough to halt again.
  expect(await desk.current("push")).toMatchObject({ state: "halted", counts: { held: 20 } });
  await desk.tell(resumeMessage("push", "erin"));
  await desk.drain();
  expect(await desk.last("push")).toMatchObject({ run: halted?.id, counts: { seen: 25, held: 25 } });
  expect(await desk.current("push")).toBeNull();
});

test("the next push takes over what a halted one left", async () => {
  await put("enforce", held);
  await pushed();
  await desk.drain();
  const halted = await desk.current("push");
  expect(halted?.state).toBe("halted");
  await put("enforce", good);
  await pushed();
  expect((await desk.current("push"))?.takesOver).toBe(halted?.id);
  await desk.drain();
  const last = await desk.last("push");
  expect(last?.run).not.toBe(halted?.id);
  expect(last?.counts).toMatchObject({ seen: 25, repaired: 25 });
  for (const name of names) expect(await ruleOf(root, name)).toEqual(desk.rule);
});

test("a push that died is gone on with when it is looked after", async () => {
  await put("enforce", good);
  await pushed();
  for (const next of desk.own.splice(0)) {
    if (next.body.schema === "bucketseal.names/1") await desk.tell(next.body);
    else desk.own.push(next);
  }
  const [done] = desk.lane.splice(0);
  if (done === undefined) throw new Error("there is no batch");
  await desk.look(done);
  const [close] = desk.own.splice(0);
  if (close === undefined) throw new Error("nobody looks after the run");
  expect(close).toMatchObject({ delay: 900, body: { schema: "bucketseal.close/1" } });
  desk.later(15);
  await desk.tell(close.body, "close", close.hops);
  expect(desk.lane).toHaveLength(2);
  await desk.drain();
  expect((await desk.last("push"))?.counts).toMatchObject({ seen: 25, repaired: 25 });
});
