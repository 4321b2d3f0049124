import type { KMSClient } from "@aws-sdk/client-kms";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Inbox } from "../inbox.ts";
import type { SandboxOutputs } from "../outputs.ts";
import type { Narrator } from "./narrator.ts";

/** What every scene needs. */
export interface Scene {
  readonly sandbox: SandboxOutputs;
  readonly inbox: Inbox;
  readonly say: Narrator;
  readonly signal: AbortSignal;
  readonly alice: Person;
  readonly ci: Person;
}

export interface Person {
  readonly s3: S3Client;
  readonly kms: KMSClient;
}

/**
 * Totals: repairs of the bucket, changes held, repairs of objects, windows of drift that closed,
 * repairs by a sweep.
 */
export interface Seen {
  readonly repairs: number;
  readonly held: number;
  readonly objects: number;
  readonly windows: number;
  readonly swept: number;
}
