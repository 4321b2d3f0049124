import * as z from "zod";
import { partitionOf } from "#core/names";
import { field, text } from "./loose.ts";
import { eventFields } from "./record.ts";

/** A bucket's name in a message: strict, since only Bucketseal writes these messages. */
export const refSchema = z
  .strictObject({
    partition: z.string(),
    account: eventFields.account,
    region: eventFields.region,
    bucket: eventFields.bucket,
  })
  .refine(({ partition, region }) => partition === partitionOf(region), "the partition is not the Region's");

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

/** Whether a message is one of Bucketseal's own, whatever else is wrong with it. */
export function isOurs(message: unknown): boolean {
  return text(field(message, "schema"))?.startsWith("bucketseal.") === true;
}
