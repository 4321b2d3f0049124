import { readFile } from "node:fs/promises";
import { afterAll, beforeAll } from "vitest";
import { type LocalAws, type LocalAwsOptions, startLocalAws } from "../../sandbox/local-aws.ts";
import { type Clients, clients } from "./clients.ts";

/** A line of the call log. */
export interface LoggedCall {
  time: string;
  principal: string | null;
  function: string | null;
  service: string;
  api: string;
  bucket: string | null;
  key: string | null;
  implied: string[];
  status: number;
  region: string;
  account: string;
  errorCode: string | null;
  requestId: string | null;
  faulted?: string;
}

/** A local AWS of one test file. */
export interface TestAws {
  /** Its URL; only inside tests and hooks. */
  readonly endpoint: string;
  /** The root user's clients of an account (default 111122223333). */
  root(account?: string, region?: string): Clients;
  /** Every call so far, oldest first. */
  calls(): Promise<LoggedCall[]>;
}

/** Starts a local AWS before the tests of this file and stops it after them. */
export function localAws(options: LocalAwsOptions = {}): TestAws {
  let running: LocalAws | undefined;
  beforeAll(async () => {
    running = await startLocalAws(options);
  }, 180_000);
  afterAll(async () => await running?.stop());
  const started = (): LocalAws => {
    if (running === undefined) throw new Error("The local AWS runs only inside tests and hooks.");
    return running;
  };
  return {
    get endpoint() {
      return started().endpoint;
    },
    root: (account = "111122223333", region = "us-east-1") =>
      clients({ endpoint: started().endpoint, region, credentials: rootOf(account) }),
    calls: async () => {
      const text = await readFile(started().callLog, "utf8").catch(() => "");
      return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as LoggedCall]));
    },
  };
}

/** The root user of an account of the local AWS. */
export function rootOf(account: string): { accessKeyId: string; secretAccessKey: string } {
  return { accessKeyId: account, secretAccessKey: "test" };
}
