import * as z from "zod";
import { loopEnvironment, onOff, type Variables } from "../runtime/environment.ts";

const schema = loopEnvironment.extend({
  /** Whether the stack granted the right to switch a bucket's events on. */
  MANAGE_NOTIFICATIONS: onOff,
  /** How many days an entry of a bucket's history is kept. */
  HISTORY_DAYS: z.coerce.number().int().positive(),
});

/** The configuration that the stack gives the bucket function. */
export type BucketEnvironment = z.infer<typeof schema>;

/** Reads the environment; a missing variable fails the cold start, before any message is taken. */
export function bucketEnvironment(variables: Variables): BucketEnvironment {
  return schema.parse(variables);
}
