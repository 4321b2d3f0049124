import { z } from "zod";

// --- internal ---

export const API_CALL = "AWS API Call via CloudTrail";

export const envelopeSchema = z.object({
  "detail-type": z.string(),
  account: z.string().optional(),
  detail: z.unknown().optional(),
});

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
