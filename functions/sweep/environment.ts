import * as z from "zod";
import { loopEnvironment, type Variables } from "../runtime/environment.ts";

const schema = loopEnvironment
  .pick({
    ACCOUNT_ID: true,
    AWS_REGION: true,
    POLICY_TABLE: true,
    LEDGER_TABLE: true,
    TOPIC_ARN: true,
    QUEUE_URL: true,
    DEAD_LETTER_QUEUE_URL: true,
  })
  .extend({
    /** The lane: what the bucket function looks at beside its events. */
    LANE_QUEUE_URL: z.string(),
  });

/** The configuration that the stack gives the sweep function. `QUEUE_URL` is its own queue. */
export type SweepEnvironment = z.infer<typeof schema>;

/** Reads the environment; a missing variable fails the cold start, before any message is taken. */
export function sweepEnvironment(variables: Variables): SweepEnvironment {
  return schema.parse(variables);
}
