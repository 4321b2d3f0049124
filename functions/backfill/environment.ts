import * as z from "zod";
import { loopEnvironment, type Variables } from "../runtime/environment.ts";

const schema = loopEnvironment
  .pick({
    ACCOUNT_ID: true,
    AWS_REGION: true,
    LEDGER_TABLE: true,
    TOPIC_ARN: true,
    QUEUE_URL: true,
    DEAD_LETTER_QUEUE_URL: true,
  })
  .extend({
    /** Existing objects: what the object function looks at beside its events. */
    AT_REST_QUEUE_URL: z.string(),
  });

/** The configuration that the stack gives the backfill function. `QUEUE_URL` is its own queue. */
export type BackfillEnvironment = z.infer<typeof schema>;

/** Reads the environment; a missing variable fails the cold start, before any message is taken. */
export function backfillEnvironment(variables: Variables): BackfillEnvironment {
  return schema.parse(variables);
}
