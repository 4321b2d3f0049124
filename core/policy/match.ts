import * as z from "zod";
import { entries, fields, must } from "./fields.ts";

/** The conditions of `match` and `except`: all must hold; an absent one always does. */
const conditions = {
  accounts: some("accounts", accountGlob())
    .optional()
    .describe('Account ids in quotes, or globs such as "*". Any of them.'),
  ous: some("ous", ouId())
    .optional()
    .describe(
      "Ids of organizational units or of the root (ou-… or r-…), at any height above the account. Any of them.",
    ),
  accountTags: tagged("accountTags").describe(
    "Tags of the account in AWS Organizations: a glob over the value, or a list of globs, by tag name. All must hold; a tag that the account does not have never matches.",
  ),
  regions: some("regions", regionGlob()).optional().describe("AWS Regions, or globs such as eu-*. Any of them."),
  buckets: some("buckets", bucketGlob())
    .optional()
    .describe("Bucket names, or globs over the whole name: * matches any characters, ? exactly one. Any of them."),
  tags: tagged("tags").describe(
    "Bucket tags: a glob over the value, or a list of globs, by tag name. All must hold; a tag that the bucket does not have never matches.",
  ),
};

const except = fields("except", conditions)
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    error: "except is empty, so nothing would ever match; remove it, or say what to exclude",
  })
  .optional()
  .describe("Buckets for which all of these conditions hold are excluded.");

/** The buckets that a rule or an exemption covers. */
export const matchSchema = fields("match", { ...conditions, except });

// --- internal ---

function some<Item extends z.ZodType>(name: string, item: Item) {
  return z
    .array(item, must(name, "a list"))
    .min(1, { error: `${name} is an empty list, which matches nothing; remove it to match everything` });
}

function tagged(name: string) {
  return entries(name, "a mapping of tag names to values", tagName(), tagValues())
    .refine((tags) => Object.keys(tags).length > 0, { error: `${name} is empty; remove it, or name a tag` })
    .optional();
}

function accountGlob() {
  return z
    .string({
      error: ({ input }) =>
        typeof input === "number" || typeof input === "bigint"
          ? `account ids must be in quotes, such as "000000000000"; YAML read ${input} as a number`
          : `an account must be twelve digits in quotes, or a glob such as "*"`,
    })
    .regex(/^(?:[0-9]{12}|(?=.*[*?])[0-9*?]{1,64})$/, {
      error: `an account must be twelve digits in quotes, or a glob of digits, * and ? such as "*"`,
    });
}

function ouId() {
  const said = must("an entry of ous", "the id of an organizational unit (ou-…) or of the root (r-…), not its name");
  return z.string(said).regex(/^(?:ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/, said);
}

function regionGlob() {
  const said = must("an entry of regions", "a Region such as eu-west-1, or a glob such as eu-*");
  return z.string(said).regex(/^[a-z0-9*?-]{1,64}$/, said);
}

function bucketGlob() {
  const said = must("an entry of buckets", "a bucket name or a glob over it (no ARN, no path), up to 255 characters");
  return z.string(said).regex(/^(?:[A-Za-z0-9._*?-]|\\[A-Za-z0-9._*?-]){1,255}$/, said);
}

function tagName() {
  const said = must("a tag name", "1 to 128 characters");
  return z
    .string(said)
    .min(1, said)
    .max(128, said)
    .refine(isVisible, { error: invisible("a tag's name") });
}

function tagValues() {
  const said = must(
    "a tag's value",
    "a string or a glob (quoted where YAML would read another type), or a list of these",
  );
  const value = z.string(said).max(512, said);
  return z.union([value, z.array(value)], said).superRefine((given, context) => {
    const refuse = (path: number[], message: string) => context.addIssue({ code: "custom", path, message });
    if (given.length === 0 && typeof given !== "string")
      refuse([], "a tag's list of values is empty, which matches nothing; add a value");
    for (const [at, text] of [given].flat().entries()) {
      const path = typeof given === "string" ? [] : [at];
      if (!isVisible(text)) refuse(path, invisible("a tag's value")({ input: text }));
      if (endsInEscape(text)) refuse(path, "a tag's value ends in a single backslash; write two for a literal one");
    }
  });
}

/**
 * Characters that nobody sees and no tag can have: control and format characters, such as a
 * zero-width space that was pasted along. A condition with one would never match.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 */
const INVISIBLE = /^.*?([\p{Cc}\p{Cf}\p{Zl}\p{Zp}]).*$/su;

function isVisible(text: string): boolean {
  return !INVISIBLE.test(text);
}

function invisible(what: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => {
    const name = String(input).replace(INVISIBLE, (_, found: string) => `U+${hex(found)}`);
    return `${what} contains an invisible character (${name}), which no tag can have: type it again`;
  };
}

function hex(character: string): string {
  return Number(character.codePointAt(0)).toString(16).toUpperCase().padStart(4, "0");
}

function endsInEscape(text: string): boolean {
  return (text.length - text.replace(/\\*$/, "").length) % 2 === 1;
}
