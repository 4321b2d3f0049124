import { z } from "zod";
import { field, many, text } from "./loose.ts";

// --- internal ---

export const recordSchema = z.object({
  eventName: z.string(),
  eventSource: z.string(),
  errorCode: z.string().nullish(),
  awsRegion: z.unknown().optional(),
  recipientAccountId: z.string().nullish(),
  eventTime: z.unknown().optional(),
  eventID: z.unknown().optional(),
  userIdentity: z.unknown().optional(),
  sourceIPAddress: z.unknown().optional(),
  requestParameters: z.unknown().optional(),
  resources: z.unknown().optional(),
});

export type CloudTrailRecord = z.infer<typeof recordSchema>;

/** A call on another account's bucket is recorded in the caller's account too; the record names the owner. A new bucket is always one's own. */
export function ownerOf(resources: unknown): string | undefined {
  const bucket = many(resources).find((resource) => field(resource, "type") === "AWS::S3::Bucket");
  const owner = text(field(bucket, "accountId"));
  return owner !== undefined && /^\d{12}$/.test(owner) ? owner : undefined;
}

export function allIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${String(issue.path[0] ?? "body")}: ${issue.message}`).join("; ");
}

export function ignore(why: string): Unusable {
  return { kind: "ignore", why };
}

export function malformed(why: string): Unusable {
  return { kind: "malformed", why };
}

/** An event that asks for nothing, or that cannot be understood. */
export type Unusable =
  | { readonly kind: "ignore"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string };
