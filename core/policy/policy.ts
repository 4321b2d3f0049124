/** The desired state, as a person writes it: the policy schema and the strength of its rules. */

import * as z from "zod";
import { modes } from "#core/outcome";
import { severities } from "#core/reason/severity";
import { acceptSchema } from "./accept.ts";
import { breakerSchema, foldSchema } from "./breaker.ts";
import { duration } from "./duration.ts";
import { encryptionSchema } from "./encryption.ts";
import { fields, must } from "./fields.ts";
import { keysSchema } from "./keys.ts";
import { matchSchema } from "./match.ts";
import { objectsSchema } from "./objects.ts";
import { crossCheck } from "./references.ts";

const limit = 10_000;
const idSaid = must("id", "1 to 64 lowercase letters, digits and hyphens");
const id = z
  .string(idSaid)
  .regex(/^[a-z0-9-]{1,64}$/, idSaid)
  .describe("Unique among all rules and exemptions; alerts and reports refer to it by this id.");

const trustTags = z
  .boolean(must("trustTags", "true or false"))
  .default(false)
  .describe("Trusts anyone who may tag the bucket to choose a weaker encryption that way.");

const settle = duration("settle", "a duration such as 60s or 5m, at most 15m", /^[0-9]{1,3}[sm]$/)
  .refine((seconds) => seconds <= 900, {
    error: "settle may be at most 15m, the longest delay of an SQS message",
  })
  .optional()
  .describe(
    "How long a new bucket is left alone, so that whoever makes it can finish. Default: 60s where a tag could decide which rule applies, 20s where a rule enforces, else not at all. At most 15m.",
  );

const ruleSchema = fields("a rule", {
  id,
  match: matchSchema.default({}).describe("Which buckets the rule applies to. Default: all."),
  encryption: encryptionSchema,
  stronger: z
    .enum(["hold", "accept", "weaken"], must("stronger", "hold, accept or weaken"))
    .default("hold")
    .describe(
      "What to do with a state stronger than declared: hold and alert (hold), leave it alone (accept), or weaken it.",
    ),
  severity: z
    .enum(severities, must("severity", "info, low, medium, high or critical"))
    .optional()
    .describe(
      "The severity of this rule's alerts where nothing about them asks for more. Default: medium, and high where Bucketseal failed or gave up. A finding that is more severe by itself stays so.",
    ),
  mode: z
    .enum(modes, must("mode", "observe, enforce or off"))
    .default("observe")
    .describe("observe: report what would be done. enforce: do it. off: the buckets of this rule are unmanaged."),
  trustTags,
  accept: acceptSchema
    .default([])
    .describe(
      "Hazards that no longer hold a write, each with the reason, such as a ticket. A list of names without reasons is an older form.",
    ),
  objects: objectsSchema.optional(),
}).describe("A rule. The first rule that matches a bucket is the only one that counts.");

const untilSaid = must("until", "a real date written as YYYY-MM-DD");
const reasonSaid = must("reason", "a text that gives the reason");

const exemptionSchema = fields("an exemption", {
  id,
  match: matchSchema
    .refine((match) => Object.values(match).some((value) => value !== undefined), {
      error: 'match is empty, which would exempt every bucket; name them, or write `accounts: ["*"]` for every bucket',
    })
    .describe("Which buckets are exempt."),
  until: z.iso.date(untilSaid).describe("The first day (UTC) on which the exemption no longer applies: YYYY-MM-DD."),
  reason: z.string(reasonSaid).regex(/\S/, reasonSaid).describe("Why; shown in reports."),
  ticket: z
    .string(must("ticket", "a string"))
    .regex(/\S/, must("ticket", "a string"))
    .optional()
    .describe("Where the exemption was agreed on."),
  trustTags,
}).describe("Buckets that are left alone for a time, although a rule matches them.");

/**
 * The policy schema. Parsing fills in defaults and converts `settle` to seconds, so keep the
 * original document.
 */
export const policySchema = fields("the policy", {
  version: z.literal(1, must("version", "1")).describe("The version of this format."),
  settle,
  breaker: breakerSchema,
  fold: foldSchema,
  keys: keysSchema,
  rules: z
    .array(ruleSchema, must("rules", "a list of rules"))
    .max(limit, { error: `there may be at most ${limit} rules` })
    .describe("First match wins, in document order."),
  exemptions: z
    .array(exemptionSchema, must("exemptions", "a list of exemptions"))
    .max(limit, { error: `there may be at most ${limit} exemptions` })
    .default([])
    .describe("Buckets that are left alone for a time."),
}).superRefine(crossCheck, { when: () => true });

export type Policy = z.output<typeof policySchema>;
export type Rule = Policy["rules"][number];
export type Match = Rule["match"];
/** The conditions shared by `match` and `except`. */
export type Conditions = Omit<Match, "except">;
export type Exemption = Policy["exemptions"][number];
