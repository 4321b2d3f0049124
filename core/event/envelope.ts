import * as z from "zod";

/** The `detail-type` of an API call that CloudTrail recorded. */
export const API_CALL = "AWS API Call via CloudTrail";

/** EventBridge's envelope: the fields that are read. */
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
 * A message body as a value. Text is parsed as JSON (`undefined` if it is not JSON); anything else
 * is returned as it is.
 */
export function parsed(body: unknown): unknown {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
