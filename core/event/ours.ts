import * as z from "zod";

/** A bucket's name in a message: strict, since only Bucketseal writes these messages. */
export const refSchema = z.strictObject({
  partition: z.string(),
  account: z.string(),
  region: z.string(),
  bucket: z.string(),
});

/**
 * The schema of a message that Bucketseal sends to its own queue. Its `schema` field names kind and
 * version, and no AWS event has such a field. An unknown field is an error: another version wrote
 * the message.
 *
 * @param name - such as `bucketseal.work/1`
 */
export function ours<const Name extends string, Fields extends z.ZodRawShape>(name: Name, fields: Fields) {
  return z.strictObject({ schema: z.literal(name), ...fields });
}
