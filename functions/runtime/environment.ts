/** What every function starts with: environment, clients, clock, logger. */

import * as z from "zod";

/** The configuration that the stack gives both functions that take events from a queue. */
export const loopEnvironment = z.object({
  ACCOUNT_ID: z.string().regex(/^\d{12}$/),
  AWS_REGION: z.string(),
  POLICY_TABLE: z.string(),
  LEDGER_TABLE: z.string(),
  TOPIC_ARN: z.string(),
  PAUSE_PARAMETER: z.string(),
  QUEUE_URL: z.string(),
  DEAD_LETTER_QUEUE_URL: z.string(),
  /**
   * `arn:aws:sts::ACCOUNT:assumed-role/NAME/`: how the ARNs of this function's own sessions begin.
   */
  OWN_SESSION_PREFIX: z.string(),
  /**
   * `arn:aws:iam::ACCOUNT:role/PATH/NAME`: the role of this function, which identifies its own
   * writes.
   */
  OWN_ROLE_ARN: z.string(),
});

export type LoopEnvironment = z.infer<typeof loopEnvironment>;

/** A right that an option of the stack grants. */
export const onOff = z.enum(["on", "off"]);

/** A process's environment variables. */
export type Variables = Readonly<Record<string, string | undefined>>;
