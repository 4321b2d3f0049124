import * as z from "zod";
import { isAwsHost } from "#aws/s3/aws-host";
import { loopEnvironment, onOff, type Variables } from "../runtime/environment.ts";

const schema = loopEnvironment.extend({
  /** Whether the stack's copy option granted the rights. */
  COPY: onOff,
  /** With the stack's option for copies in parts: objects of more bytes than this are. */
  COPY_LARGE_ABOVE: z.coerce.number().int().min(1).optional(),
  /** Whether UpdateObjectEncryption may be sent to a store outside AWS. */
  UPDATE_OBJECT_ENCRYPTION: onOff,
  /** Length of a bucket's window in seconds: its findings are counted until the alert is sent. */
  WINDOW_SECONDS: z.coerce.number().int().min(1).max(900),
  /** In a member account: where the hub is, and the role by which what is the hub's is reached. */
  HUB_REGION: z.string().optional(),
  PLANE_ROLE_ARN: z.string().optional(),
  /** With the stack's option for existing objects: their queues, and that of the lister. */
  AT_REST_QUEUE_URL: z.string().optional(),
  AT_REST_DEAD_LETTER_QUEUE_URL: z.string().optional(),
  BACKFILL_QUEUE_URL: z.string().optional(),
  AWS_ENDPOINT_URL: z.url().optional(),
  AWS_ENDPOINT_URL_S3: z.url().optional(),
});

/** The configuration that the stack gives the object function. */
export type ObjectEnvironment = z.infer<typeof schema>;

/** Reads the environment; a missing variable fails the cold start, before any message is taken. */
export function objectEnvironment(variables: Variables): ObjectEnvironment {
  return schema.parse(variables);
}

/**
 * Whether UpdateObjectEncryption may be used: always on AWS, elsewhere only where it is switched
 * on.
 */
export function mayUpdate(settings: ObjectEnvironment): boolean {
  const endpoint = settings.AWS_ENDPOINT_URL_S3 ?? settings.AWS_ENDPOINT_URL;
  return settings.UPDATE_OBJECT_ENCRYPTION === "on" || endpoint === undefined || isAwsHost(new URL(endpoint).hostname);
}
