import { setTimeout as sleep } from "node:timers/promises";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Clients } from "../local-aws/clients.ts";
import type { Looks } from "./looks.ts";
import { type Act, bodyOf, type Round } from "./rounds.ts";

/** A writer's own record of its round. */
export interface Raced {
  readonly round: Round;
  /** Index of the last act that was begun, and of the last one that S3 acknowledged; -1: none. */
  begun: number;
  done: number;
  /** Version ids that S3 gave to the acts, by index. */
  readonly versions: (string | undefined)[];
}

/** Where writers write, and the encryption declared there. */
export interface Place {
  readonly as: Clients;
  readonly bucket: string;
  readonly declared: object;
  readonly looks: Looks;
}

export function notBegun(round: Round): Raced {
  return { round, begun: -1, done: -1, versions: [] };
}

/** Does the remaining acts of a round, one after the other, up to the act of that index. */
export async function write(place: Place, raced: Raced, upTo = raced.round.acts.length - 1): Promise<void> {
  const { bucket, looks } = place;
  const { key, acts } = raced.round;
  for (const [at, act] of acts.entries()) {
    if (at <= raced.done || at > upTo) continue;
    if (act.looks > 0) await looks.next(bucket, key, LONGEST_WAIT);
    if (act.looks > 1) await looks.next(bucket, key, UNTIL_SECOND_LOOK);
    if (act.delay > 0) await sleep(act.delay);
    raced.begun = at;
    raced.versions[at] = await perform(place, raced.round, at, act);
    raced.done = at;
  }
}

// --- internal ---

/** Milliseconds: under load the function looks at others first. */
const LONGEST_WAIT = 20_000;
/** Milliseconds: a compliant object is looked at only once. */
const UNTIL_SECOND_LOOK = 1_000;

async function perform({ as, bucket, declared }: Place, round: Round, at: number, act: Act) {
  const where = { Bucket: bucket, Key: round.key };
  if (act.kind === "delete") return (await as.s3.send(new DeleteObjectCommand(where))).VersionId;
  const encryption = act.encryption === "wrong" ? { ServerSideEncryption: "AES256" as const } : declared;
  const Metadata = { act: String(at) };
  const put = new PutObjectCommand({ ...where, Body: bodyOf(round, at), Metadata, ...encryption });
  return (await as.s3.send(put)).VersionId;
}
