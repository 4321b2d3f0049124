import { z } from "zod";
import { policySchema } from "./policy.ts";

/**
 * The JSON Schema of a policy as a person writes it, for editors: what one document alone can be
 * checked for.
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
