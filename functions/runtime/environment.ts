import { z } from "zod";

/** What the functions that look at buckets and at objects are both told. */
export const loopEnvironment = z.object({
  ACCOUNT_ID: z.string().regex(/^\d{12}$/),
  AWS_REGION: z.string(),
  POLICY_TABLE: z.string(),
  LEDGER_TABLE: z.string(),
  TOPIC_ARN: z.string(),
  PAUSE_PARAMETER: z.string(),
  QUEUE_URL: z.string(),
  DEAD_LETTER_QUEUE_URL: z.string(),
  /** `arn:aws:sts::ACCOUNT:assumed-role/NAME/`: what the ARN of this function's own sessions begins with. */
  OWN_SESSION_PREFIX: z.string(),
  /** `arn:aws:iam::ACCOUNT:role/PATH/NAME`: the role of this function, by which its own writes are recognised. */
  OWN_ROLE_ARN: z.string(),
});

const schema = loopEnvironment.extend({
  /** Whether the stack granted the right to switch a bucket's events on. */
  MANAGE_NOTIFICATIONS: z.enum(["on", "off"]),
});

/** What the stack tells the bucket function. */
export type Environment = z.infer<typeof schema>;

/** Reads the function's environment; a missing variable fails the cold start, before any message is taken. */
export function environment(source: Record<string, string | undefined>): Environment {
  return schema.parse(source);
}
