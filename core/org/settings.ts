import * as z from "zod";
import { partitionOf } from "#core/names";
import { entries, fields, must } from "#core/policy/fields";

const accountSaid = must("an account", 'twelve digits in quotes, such as "111122223333"');
const accountId = z.string(accountSaid).regex(/^\d{12}$/, accountSaid);
const regionCalled = (called: string) => {
  const said = must(called, "a Region's name, such as eu-west-1");
  return z.string(said).regex(/^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/, said);
};
const unitSaid = must("an organizational unit", "an id that begins with ou- or r-, such as ou-ab12-11111111");
const unit = z.string(unitSaid).regex(/^(?:ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|r-[0-9a-z]{4,32})$/, unitSaid);
const idSaid = must("id", "the organization's id, such as o-a1b2c3d4e5");
const externalIdSaid = must("externalId", "16 to 1,224 letters, digits and + = , . @ : / - that nobody can guess");
const pathSaid = must("path", "an IAM path that begins and ends with /, such as /bucketseal/");
const prefixSaid = must("prefix", "1 to 40 letters, digits and + = , . @ _ -");
const tagNameSaid = must("a tag name", "1 to 128 characters");
const tagName = z.string(tagNameSaid).min(1, tagNameSaid).max(128, tagNameSaid);
const tagValueSaid = must("a tag's value", "text of up to 256 characters, quoted where YAML would read another type");
const tagValue = z.string(tagValueSaid).max(256, tagValueSaid);

const list = <Item extends z.ZodType>(name: string, of: string, item: Item) =>
  z.array(item, must(name, of)).min(1, must(name, of)).max(1_000, `${name} takes 1,000 at most`);

const directoryEntry = fields("an entry of directory", {
  id: accountId,
  name: z.string().max(50).optional(),
  ous: z.array(unit).max(6).default([]).describe("The units above the account, nearest first, the root last."),
  tags: entries("tags", "a mapping of tag names to values", tagName, tagValue)
    .optional()
    .describe("The tags of the account in AWS Organizations; left out, they are unknown."),
  state: z.enum(["ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "PENDING_ACTIVATION", "CLOSED"]).default("ACTIVE"),
});

/** What a deployment is told about the organization that it looks after. */
export const orgSchema = fields("org", {
  id: z.string(idSaid).regex(/^o-[a-z0-9]{10,32}$/, idSaid),
  homeRegion: regionCalled("homeRegion"),
  regions: list("regions", "a list of Regions, the home Region among them", regionCalled("a Region")),
  ous: list("ous", "a list of organizational units", unit).optional(),
  accounts: list("accounts", "a list of accounts", accountId).optional(),
  externalId: z
    .string(externalIdSaid)
    .min(16, externalIdSaid)
    .max(1_224, externalIdSaid)
    .regex(/^[\w+=,.@:/-]+$/, externalIdSaid),
  role: fields("role", {
    path: z
      .string(pathSaid)
      .max(128, pathSaid)
      .regex(/^\/(?:[\w+=,.@-]+\/)*$/, pathSaid)
      .default("/bucketseal/"),
    prefix: z
      .string(prefixSaid)
      .regex(/^[\w+=,.@-]{1,40}$/, prefixSaid)
      .optional(),
  }).prefault({}),
  directory: list("directory", "a list of accounts with their names and units", directoryEntry)
    .optional()
    .describe("What is known of the accounts where the hub may not ask AWS Organizations."),
}).superRefine(({ homeRegion, regions, ous, accounts, directory }, context) => {
  const refuse = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
  if (!regions.includes(homeRegion)) {
    refuse("regions", `regions must contain the home Region ${homeRegion}; add it, or name another homeRegion`);
  }
  if (ous !== undefined && accounts !== undefined) {
    refuse("accounts", "accounts and ous cannot both be given; name the accounts, or the units that they are in");
  }
  const partition = partitionOf(homeRegion);
  for (const region of new Set(regions)) {
    if (partitionOf(region) === partition) continue;
    refuse("regions", `${region} is not in the partition ${partition} of the home Region; an organization is in one`);
  }
  const named = { regions, ous, accounts, directory: directory?.map(({ id }) => id) };
  for (const [field, items = []] of Object.entries(named)) {
    const repeated = new Set(items.filter((item, at) => items.indexOf(item) < at));
    for (const item of repeated) refuse(field, `${field} names ${item} more than once; name it once`);
  }
});

/** A file that says it: `org:` with the settings. */
export const orgFileSchema = fields("the file", { org: orgSchema });

/** The organization that a hub looks after: its id, Regions and members, and how to act in them. */
export type OrgSettings = z.infer<typeof orgSchema>;
