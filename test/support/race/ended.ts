import { GetObjectCommand } from "@aws-sdk/client-s3";
import { nameOf } from "../../../aws/error.ts";
import type { Clients } from "../local-aws/clients.ts";
import { bodyOf } from "./rounds.ts";
import type { Raced } from "./writer.ts";

/** An object as a reader sees it. */
export interface Seen {
  readonly body: string;
  readonly act: string | undefined;
  readonly algorithm: string | undefined;
  readonly key: string | undefined;
}

/** The state that the last act of a round must leave behind; `null`: no object. */
export function lastOf({ round }: Raced, encryption: Pick<Seen, "algorithm" | "key">): Seen | null {
  const at = round.acts.length - 1;
  if (round.acts[at]?.kind === "delete") return null;
  return { body: bodyOf(round, at), act: String(at), ...encryption };
}

/** Reads the object of every round; by key. */
export async function readAll(
  as: Clients,
  bucket: string,
  rounds: readonly Raced[],
): Promise<Map<string, Seen | null>> {
  const found = new Map<string, Seen | null>();
  const rest = rounds.values();
  const reader = async () => {
    for (const { round } of rest) found.set(round.key, await look(as, bucket, round.key));
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  return found;
}

// --- internal ---

const READERS = 8;

async function look({ s3 }: Clients, Bucket: string, Key: string): Promise<Seen | null> {
  try {
    const { Body, Metadata, ServerSideEncryption, SSEKMSKeyId } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const body = (await Body?.transformToString()) ?? "";
    return { body, act: Metadata?.act, algorithm: ServerSideEncryption, key: SSEKMSKeyId };
  } catch (error) {
    if (nameOf(error) === "NoSuchKey") return null;
    throw error;
  }
}
