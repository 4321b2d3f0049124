import { z } from "zod";
import type { ObjectRef } from "#core/names";
import { partitionOf } from "#core/names";
import type { ObjectTrigger } from "./trigger.ts";

/** What an event about an object asks of us. */
export type ParsedObjectEvent =
  | {
      readonly kind: "work";
      readonly object: ObjectRef;
      readonly trigger: ObjectTrigger;
      /** The ARN of the role whose session made the call, to recognise our own writes; `null` for everybody else and for S3's events. */
      readonly issuer: string | null;
    }
  | { readonly kind: "ignore"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string };

/** What an event says of an object, before anybody checked it. */
type Said = Readonly<Record<keyof z.infer<typeof workSchema>, unknown>>;

/** Whose name stands in front of what is wrong with the event, and what stands beside the object if nothing is. */
interface Teller {
  readonly name: string;
  readonly issuer: string | null;
  trigger(event: { readonly eventId: string; readonly eventTime: string }): ObjectTrigger;
}

/** The work that an event asks for, where it is fit to act upon. */
export function objectWork(said: Said, { name, issuer, trigger }: Teller): ParsedObjectEvent {
  const work = workSchema.safeParse(said);
  if (!work.success) return { kind: "malformed", why: `${name}: ${issues(work.error)}` };
  return { kind: "work", object: objectOf(work.data), trigger: trigger(work.data), issuer };
}

// --- internal ---

const MAX_KEY_BYTES = 1024;

/** What makes an event fit to act upon. */
const workSchema = z.object({
  region: z.string().regex(/^[a-z]+(-[a-z]+)+-\d+$/),
  account: z.string().regex(/^\d{12}$/),
  bucket: z.string().regex(/^[A-Za-z0-9._-]{3,255}$/),
  key: z
    .string()
    .min(1)
    .refine((key) => new TextEncoder().encode(key).length <= MAX_KEY_BYTES, "longer than a key can be"),
  versionId: z.string().min(1).optional(),
  eventId: z.string().min(1),
  eventTime: z.iso.datetime(),
});

function objectOf(work: z.infer<typeof workSchema>): ObjectRef {
  const { account, region, bucket, key, versionId } = work;
  return {
    bucket: { partition: partitionOf(region), account, region, bucket },
    key,
    ...(versionId === undefined ? {} : { versionId }),
  };
}

function issues(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
}
