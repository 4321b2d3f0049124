import { z } from "zod";

/** The `detail-type` of an API call that CloudTrail recorded. */
export const API_CALL = "AWS API Call via CloudTrail";

/** EventBridge's envelope around an event, as far as it is read. */
export const envelopeSchema = z.object({
  id: z.string().optional(),
  "detail-type": z.string(),
  account: z.string().optional(),
  region: z.string().optional(),
  time: z.string().optional(),
  detail: z.unknown().optional(),
});

export type Envelope = z.infer<typeof envelopeSchema>;

/**
 * The body of a message as a value: text is parsed as JSON (`undefined` where it is none), anything
 * else was parsed before.
 */
export function parsed(body: unknown): unknown {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
