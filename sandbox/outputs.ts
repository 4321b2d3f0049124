import type { Seeded, UserKeys } from "./seed.ts";

/** What one needs to know to use a running sandbox. */
export interface SandboxOutputs extends Seeded {
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  readonly stage: string;
  /** Those of dana, who may do everything. */
  readonly credentials: UserKeys;
  /** The root user's, who can assume no role: for what only tests do. */
  readonly rootCredentials: UserKeys;
  readonly topicArn: string;
  readonly policyTable: string;
  readonly ledgerTable: string;
  readonly queues: {
    readonly events: string;
    readonly deadLetters: string;
    readonly undelivered: string;
    readonly objects: string;
    readonly objectDeadLetters: string;
    readonly objectUndelivered: string;
  };
  readonly functions: { readonly bucket: string; readonly policy: string; readonly object: string };
  readonly pushRoleArn: string;
  readonly pauseParameter: string;
  readonly callLog: string;
}
