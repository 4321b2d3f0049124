import { setTimeout as sleep } from "node:timers/promises";
import { PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import { callsOn, sealedBucket, soon, story } from "../../support/e2e/story.ts";
import { lastOf, readAll } from "../../support/race/ended.ts";
import { hearLooks, type Looks } from "../../support/race/looks.ts";
import { meetings } from "../../support/race/meetings.ts";
import { bodyOf, hammer, makeRounds } from "../../support/race/rounds.ts";
import { alertTotals } from "../../support/race/totals.ts";
import { judgeVersions, versionsOf } from "../../support/race/versions.ts";
import { readMeanwhile, watch } from "../../support/race/watch.ts";
import { notBegun, type Place, type Raced, write } from "../../support/race/writer.ts";
import { soaked } from "../../support/soak.ts";

/**
 * Overwrites race the deployed function's repairs. In the soak, in-place updates race 500
 * overwrites of one key, and fresh keys beside it. One key cannot race 500 copies: it is copied
 * three times in ten minutes and then held as contested, as it must be. So a round of the copy is a
 * fresh key, written at most three times with the wrong encryption, mostly right after the function
 * has looked at it, and every one of 500 must end as declared. The one key that is hammered beside
 * them may be copied three times, no more.
 */
const e2e = story();
const { alice, root, sandbox } = e2e;
const BY = sandbox.functions.object;
const { objectDeadLetters, objectUndelivered, objects } = sandbox.queues;
const WRITERS = 16;
let alerts: Alerts;
let looks: Looks;
/**
 * Messages that earlier tests left in the queue, to be redelivered later or to go to the
 * dead-letter queue.
 */
let waitingBefore: number;
let givenUpBefore: number;

beforeAll(async () => {
  [alerts, looks] = await Promise.all([listen(e2e), hearLooks(sandbox.callLog, BY)]);
  [waitingBefore, givenUpBefore] = [await waiting(objects), await givenUp()];
});
afterAll(() => looks.stop());

const kms = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: sandbox.keyArn, BucketKeyEnabled: true } as const;
const dsse = { ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: sandbox.keyArn } as const;
const strategies = [
  { strategy: "update", prefix: "objdata", declared: kms, fresh: soaked(60, 20), overwrites: soaked(500, 40) },
  { strategy: "copy", prefix: "objcopy", declared: dsse, fresh: soaked(500, 40), overwrites: soaked(40, 10) },
] as const;
const cases = strategies.flatMap((each) =>
  (["never enabled", "Enabled", "Suspended"] as const).map((versioning, seed) => ({ ...each, versioning, seed })),
);

describe.concurrent("the last of many racing writes wins and is repaired", () => {
  test.each(cases)(
    "by $strategy, in a bucket with versioning $versioning",
    async ({ strategy, versioning, seed, prefix, declared, fresh, overwrites }) => {
      const bucket = await sealedBucket(e2e, prefix);
      const place: Place = { as: alice, bucket, declared, looks };
      const rounds = makeRounds(fresh, seed).map(notBegun);
      const hammered = notBegun(hammer(overwrites));
      const all = [hammered, ...rounds];
      if (versioning !== "never enabled") await setVersioning(bucket, "Enabled");
      if (versioning === "Suspended") {
        await sideBySide(rounds.slice(0, fresh / 10), (raced) => write(place, raced, 0));
        await setVersioning(bucket, "Suspended");
      }

      let isOver = false;
      const watching = watch(alice, bucket, all, () => isOver);
      const wrong: (string | null)[] = [];
      const racing = sideBySide(rounds, async (raced, at) => {
        const writes = write(place, raced);
        if (at % 4 === 0) {
          await sleep((at % 64) * 30);
          wrong.push(await readMeanwhile(alice, bucket, raced));
        }
        await writes;
      });
      await Promise.all([racing, write(place, hammered)]);

      await drained(bucket);
      isOver = true;
      const watched = await watching;
      expect([...watched.wrong, ...wrong].filter((each) => each !== null)).toEqual([]);
      expect(watched.observations).toBeGreaterThan(all.length);
      const encryption = { algorithm: declared.ServerSideEncryption, key: declared.SSEKMSKeyId };
      const toBeRepaired = strategy === "copy" ? rounds : all;
      const ended = await readAll(alice, bucket, all);
      for (const raced of toBeRepaired) {
        const { key } = raced.round;
        expect({ key, seen: ended.get(key) }).toEqual({ key, seen: lastOf(raced, encryption) });
      }
      expect(ended.get("hammered")).toMatchObject({
        body: bodyOf(hammered.round, overwrites - 1),
        act: `${overwrites - 1}`,
      });

      const versions = await versionsOf(alice, bucket);
      const judged = all.map((raced) => judgeVersions(raced, versions.get(raced.round.key)));
      expect(judged.flatMap((each) => each.wrong)).toEqual([]);
      const calls = await callsOn(e2e, bucket);
      const met = meetings(calls, BY);
      expect(met.failed).toEqual([]);
      expect(met.taken).toBeGreaterThan(fresh / 2);
      expect(met.before + met.after + met.withdrawn + met.refused).toBeGreaterThan(fresh / 10);
      if (strategy === "copy") {
        const ofOne = calls.filter(({ key }) => key === hammered.round.key);
        expect(meetings(ofOne, BY).taken).toBeLessThanOrEqual(3);
      }

      const copies = judged.flatMap((each) => each.copies).length;
      if (versioning === "Enabled") expect(copies).toBe(strategy === "copy" ? met.taken : 0);
      const heard = await soon(
        () => alertTotals(alerts, bucket),
        ({ reasons }) => versioning !== "Enabled" || (reasons["old-version-remains"] ?? 0) === copies,
      );
      if (versioning === "never enabled") expect(heard.reasons["old-version-remains"]).toBeUndefined();
      // Versions written before the suspension are all that a copy can leave behind.
      if (versioning === "Suspended") expect(heard.reasons["old-version-remains"] ?? 0).toBeLessThan(fresh / 2);
      expect(heard.counts.changed).toBeGreaterThan(0);
      expect(heard.counts.failed).toBeUndefined();
      expect(heard.counts.unreadable).toBeUndefined();
      expect(heard.reasons["integrity-alarm"]).toBeUndefined();
      expect(await givenUp()).toBeLessThanOrEqual(givenUpBefore + waitingBefore);
    },
  );
});

async function setVersioning(Bucket: string, Status: "Enabled" | "Suspended"): Promise<void> {
  await alice.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

/** Works through rounds, this many at a time. */
async function sideBySide(rounds: readonly Raced[], work: (raced: Raced, at: number) => Promise<void>): Promise<void> {
  const rest = rounds.entries();
  const worker = async () => {
    for (const [at, raced] of rest) await work(raced, at);
  };
  await Promise.all(Array.from({ length: WRITERS }, worker));
}

/** Messages that wait in a queue or are in flight; postponed ones do not count. */
async function waiting(QueueUrl: string): Promise<number> {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes = {} } = await root.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

/** Waits until the function has nothing left to do in a bucket. */
async function drained(bucket: string): Promise<void> {
  await soon(
    async () => {
      await sleep(1_000);
      return waiting(objects);
    },
    (messages) => messages <= waitingBefore && looks.quietFor(bucket) > 4_000,
    300,
  );
}

/** Messages that could not be processed. */
async function givenUp(): Promise<number> {
  return (await waiting(objectDeadLetters)) + (await waiting(objectUndelivered));
}
