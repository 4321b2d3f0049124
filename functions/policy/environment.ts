import * as z from "zod";
import { loopEnvironment, type Variables } from "../runtime/environment.ts";

const schema = loopEnvironment
  .pick({ ACCOUNT_ID: true, AWS_REGION: true, POLICY_TABLE: true, TOPIC_ARN: true })
  .extend({ SWEEP_QUEUE_URL: z.string() });

/** The configuration that the stack gives the policy function. */
export type PolicyEnvironment = z.infer<typeof schema>;

/** Reads the environment; a missing variable fails the cold start, before any change is taken. */
export function policyEnvironment(variables: Variables): PolicyEnvironment {
  return schema.parse(variables);
}
