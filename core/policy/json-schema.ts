import * as z from "zod";
import { policySchema } from "./policy.ts";

/**
 * The JSON Schema of a policy as written, for editors: it covers what one document can be checked
 * for alone.
 */
export function policyJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(policySchema, { io: "input" });
  return {
    $schema,
    title: "Bucketseal policy",
    description: "How the S3 buckets of an AWS organization are to be encrypted.",
    ...schema,
  };
}
