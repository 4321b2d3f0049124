import * as z from "zod";
import { entries, must } from "./fields.ts";

/** A hazard that a rule's owner has weighed. */
export interface Acceptance {
  /** The hazard's name. */
  readonly name: string;
  /** Why it is accepted; `null` in policies written before reasons were asked for. */
  readonly reason: string | null;
}

const named = must("an entry of accept", "a hazard's name, such as replication");
const name = z.string(named).regex(/^[a-z][a-z-]{0,63}$/, named);
const because = must("the reason of an accepted hazard", "a text, such as a ticket");
const reason = z.string(because).regex(/\S/, because).max(200, because);

const list = z.array(name).transform((names) => names.map((each): Acceptance => ({ name: each, reason: null })));

const mapping = entries(
  "accept",
  'a mapping of hazards to reasons, such as { replication: "SEC-9" }',
  name,
  reason,
).transform((reasons) => Object.entries(reasons).map(([each, why]): Acceptance => ({ name: each, reason: why })));

const json = {
  anyOf: [mapping, list].map((each) => z.toJSONSchema(each, { io: "input" })).map(({ $schema, ...rest }) => rest),
};

/** Hazards that a rule accepts, each with a reason; a list of names alone is an older form. */
export const acceptSchema = z
  .unknown()
  .meta(json)
  .transform((input, context): readonly Acceptance[] => {
    const read = (Array.isArray(input) ? list : mapping).safeParse(input);
    if (read.success) return read.data;
    for (const { path, message } of read.error.issues) context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  });
