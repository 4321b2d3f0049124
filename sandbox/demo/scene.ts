import type { KMSClient } from "@aws-sdk/client-kms";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Inbox } from "../inbox.ts";
import type { SandboxOutputs } from "../sandbox.ts";
import type { Narrator } from "./narrator.ts";

/** What the parts of the story are told with. */
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

/** What was seen: buckets repaired, changes held back, objects repaired. */
export interface Seen {
  readonly repairs: number;
  readonly held: number;
  readonly objects: number;
}
