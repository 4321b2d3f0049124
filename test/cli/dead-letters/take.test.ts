import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { beforeAll, expect, test } from "vitest";
import { countMessages } from "#aws/sqs/count-messages";
import { withLetter } from "../../../cli/dead-letters/find.ts";
import { fold } from "../../../cli/dead-letters/fold.ts";
import type { OpenQueue } from "../../../cli/dead-letters/open-queues.ts";
import { redriveAll } from "../../../cli/dead-letters/redrive-all.ts";
import { takeLetters } from "../../../cli/dead-letters/take.ts";
import { account, cloud } from "../cloud.ts";

const aws = cloud();
let made = 0;
let sqs: OpenQueue["sqs"];
beforeAll(() => {
  sqs = aws.root().sqs;
});

/** A dead-letter queue with this many letters, and an empty home. */
async function queueWith(count: number, body = '{"schema":"bucketseal.work/1"}'): Promise<OpenQueue> {
  made++;
  const url = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
  const [dead, home] = [await url(`dead-${made}`), await url(`home-${made}`)];
  for (let at = 0; at < count; at++) {
    await sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: body }));
  }
  const role = `arn:aws:iam::${account}:role/r`;
  return {
    name: "q",
    url: dead,
    homeUrl: home,
    roleArn: role,
    about: "bucket",
    sqs,
    home: { account, region: "us-east-1" },
  };
}

/** How many messages can be received at once. */
async function visible({ url }: OpenQueue): Promise<number> {
  let count = 0;
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 30 });
    const { Messages = [] } = await sqs.send(receive);
    if (Messages.length === 0) return count;
    count += Messages.length;
  }
}

test("a look at a queue shows every letter once and leaves every one to others, a failing look too", async () => {
  const queue = await queueWith(23);
  const seen: string[] = [];
  await takeLetters(queue, { most: 1_000 }, async (held) => {
    seen.push(...held.map(({ id }) => id));
    return new Set();
  });
  expect(new Set(seen).size).toBe(23);
  expect(seen).toHaveLength(23);
  await expect(takeLetters(queue, { most: 1_000 }, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await countMessages(sqs, queue.url)).toBe(23);
  expect(await visible(queue)).toBe(23);
});

test("a redrive sends each letter home and deletes it; what arrives meanwhile is left", async () => {
  const queue = await queueWith(12);
  const { redriven, skipped } = await redriveAll([queue], false);
  expect([redriven.length, skipped.length]).toEqual([12, 0]);
  expect(await visible(queue)).toBe(0);
  expect(await visible({ ...queue, url: queue.homeUrl })).toBe(12);

  const looping = await queueWith(2);
  const circle = await redriveAll([{ ...looping, homeUrl: looping.url }], false);
  expect(circle.redriven).toHaveLength(2);
  expect(await visible(looping)).toBe(2);
});

test("a redrive skips what nobody can read", async () => {
  const queue = await queueWith(2, "{no json");
  const { redriven, skipped } = await redriveAll([queue], false);
  expect([redriven.length, skipped.length]).toEqual([0, 2]);
  expect(await visible(queue)).toBe(2);
  expect(await visible({ ...queue, url: queue.homeUrl })).toBe(0);
});

test("a letter is found by the beginning of its id; too short a beginning names none", async () => {
  const queue = await queueWith(3);
  const ids: string[] = [];
  await takeLetters(queue, { most: 1_000 }, async (held) => {
    ids.push(...held.map(({ id }) => id));
    return new Set();
  });
  const found = async (id: string) => withLetter([queue], id, async (letter) => ({ gone: false, result: letter.id }));
  expect(await found(ids[1]?.slice(0, 12) ?? "")).toBe(ids[1]);
  await expect(found("0")).rejects.toThrow("at least 6 characters");
  await expect(found("zzzzzzzz")).rejects.toThrow('there is no dead letter "zzzzzzzz"');
  expect(await visible(queue)).toBe(3);
});

test("letters that say the same share a row, the oldest of them first", () => {
  const letter = (id: string, sentAt: string, bucket: string) =>
    ({ id, queue: "q", kind: "event", sentAt, receives: 1, cause: "c", bucket }) as const;
  const letters = [letter("b", "2026-02", "x"), letter("a", "2026-01", "x"), letter("c", "2026-01", "y")];
  expect(fold(letters).map(({ first, count }) => [first.id, count])).toEqual([
    ["a", 2],
    ["c", 1],
  ]);
});
