import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll } from "vitest";
import { type LocalAws, type LocalAwsOptions, startLocalAws } from "../../../sandbox/local-aws.ts";
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
  /** A new IAM user with these policy statements and no others, in account 111122223333. */
  user(statements: readonly object[]): Promise<Clients>;
  /** Every call so far, oldest first. */
  calls(): Promise<LoggedCall[]>;
}

/** Starts a local AWS before the tests of this file and stops it after them. */
export function localAws(options: LocalAwsOptions = {}): TestAws {
  let running: LocalAws | undefined;
  beforeAll(async () => {
    running = await startLocalAws({ forked: true, ...options });
  }, 180_000);
  afterAll(async () => {
    if (running === undefined) return;
    // Nobody needs what it keeps: it would take a second to end in good order.
    process.kill(-running.pid, "SIGKILL");
    await running.stop();
  });
  const started = (): LocalAws => {
    if (running === undefined) throw new Error("The local AWS runs only inside tests and hooks.");
    return running;
  };
  const root = (account = "111122223333", region = "us-east-1") =>
    clients({ endpoint: started().endpoint, region, credentials: rootOf(account) });
  return {
    get endpoint() {
      return started().endpoint;
    },
    root,
    user: async (statements) => {
      const { iam } = root();
      const UserName = `user-${randomUUID()}`;
      await iam.send(new CreateUserCommand({ UserName }));
      if (statements.length > 0) {
        const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
        await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "test", PolicyDocument }));
      }
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
      const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {};
      return clients({ endpoint: started().endpoint, credentials: { accessKeyId, secretAccessKey } });
    },
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
