import type * as z from "zod";
import { allIssues } from "#core/event/record";
import type { BucketRef } from "#core/names";
import { notAtHome } from "./home.ts";

/** A message of ours that names a bucket, or why it is none that is meant for this function. */
type ReadMessageAtHome<T> = { readonly message: T } | { readonly why: string };

/** Reads a message of ours that names a bucket of this account and Region. */
export function readAtHome<T extends { readonly ref: BucketRef }>(
  body: unknown,
  schema: z.ZodType<T>,
  home: Parameters<typeof notAtHome>[1],
): ReadMessageAtHome<T> {
  const read = schema.safeParse(body);
  if (!read.success) return { why: allIssues(read.error) };
  const why = notAtHome(read.data.ref, home);
  return why === null ? { message: read.data } : { why };
}
