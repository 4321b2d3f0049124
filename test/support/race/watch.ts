import { setTimeout as sleep } from "node:timers/promises";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { nameOf } from "../../../aws/error.ts";
import type { Clients } from "../local-aws/clients.ts";
import { bodyOf } from "./rounds.ts";
import type { Raced } from "./writer.ts";

/** The observations of readers while others wrote. */
export interface Watched {
  observations: number;
  /** Violations: bytes older than the last acknowledged write, or of no write at all. */
  readonly wrong: string[];
}

/**
 * Lists a bucket repeatedly: at any moment every key has the length of a write that is not older
 * than the last one acknowledged before.
 */
export async function watch(
  as: Clients,
  bucket: string,
  rounds: readonly Raced[],
  over: () => boolean,
): Promise<Watched> {
  const watched: Watched = { observations: 0, wrong: [] };
  while (!over()) {
    const before = rounds.map(({ done }) => done);
    const { Contents = [], IsTruncated } = await as.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    if (IsTruncated === true) throw new Error("more keys than one list shows");
    const sizes = new Map(Contents.map(({ Key, Size }) => [Key, Size]));
    for (const [at, raced] of rounds.entries()) {
      const size = sizes.get(raced.round.key);
      const may = possible(raced, before[at] ?? -1).map((body) => body?.length);
      if (!may.includes(size)) watched.wrong.push(`${raced.round.key}: ${size} bytes, not ${may.join(" or ")}`);
      watched.observations += 1;
    }
    await sleep(4_000);
  }
  return watched;
}

/** Reads an object while others write; returns the violations. */
export async function readMeanwhile(as: Clients, Bucket: string, raced: Raced): Promise<string | null> {
  const before = raced.done;
  const body = await read(as, Bucket, raced.round.key);
  const may = possible(raced, before);
  return may.includes(body) ? null : `${raced.round.key}: read ${body}, not ${may.join(" or ")}`;
}

/** An object's bytes; `undefined`: there is none. */
async function read({ s3 }: Clients, Bucket: string, Key: string): Promise<string | undefined> {
  try {
    return await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  } catch (error) {
    if (nameOf(error) === "NoSuchKey") return undefined;
    throw error;
  }
}

/** The acts that may be current: the one acknowledged when the look began, or one begun since. */
function possible({ round, begun }: Raced, done: number): (string | undefined)[] {
  const acts = Array.from({ length: begun - done + 1 }, (_, at) => done + at);
  return acts.map((at) => (round.acts[at]?.kind === "write" ? bodyOf(round, at) : undefined));
}
