import type { Facts } from "#core/decide/facts";
import type { BucketReader } from "#core/decide/reader";
import type { CompiledPolicy } from "#core/match/compile";
import { explainBucket } from "#core/match/explain";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import { accountsArgs, askedAccounts } from "../accounts/args.ts";
import { findOwner, type OwnedBucket } from "../accounts/find-owner.ts";
import { openForAccounts } from "../accounts/open.ts";
import { openAccounts } from "../accounts/open-accounts.ts";
import { type AccountsPlan, otherRegion, wantedRegions } from "../accounts/plan-accounts.ts";
import { roleNote } from "../accounts/plan-role.ts";
import { findBucket } from "../buckets/buckets.ts";
import { exitOf } from "../buckets/exit-code.ts";
import { judgeWithKey } from "../buckets/judge-with-key.ts";
import { judgedDocument, judgedShape } from "../buckets/judged-document.ts";
import { openReader } from "../buckets/reader.ts";
import { diffLines, stateLine } from "../buckets/render-judged.ts";
import { command } from "../line/command.ts";
import type { Session } from "../session/session.ts";
import { allRegionsArg, inOwnRegion, type OwnRegionArgs } from "../stage/own-region.ts";
import type { PolicySource } from "../stage/policy-source.ts";
import type { Output } from "../terminal/output.ts";
import type { Colour } from "../terminal/paint.ts";
import { printable } from "../terminal/printable.ts";

export const explain = command({
  name: "explain",
  description: "Explains one bucket: which rule applies and why, how its encryption compares, and what would change.",
  args: {
    bucket: { type: "positional", required: true, description: "the bucket" },
    policy: { type: "string", valueHint: "FILE", description: "use this policy file instead of a deployed one" },
    "all-regions": allRegionsArg,
    ...accountsArgs,
  },
  examples: [
    ["explain invoices", "by the deployed policy"],
    ["explain invoices --policy policy.yaml", "by a policy file"],
    ["explain invoices --all-accounts --role Audit", "in whichever account of the organization owns it"],
  ],
  json: `Bucket & { schema: "bucketseal.explain/1", policy: { file } | { stage, version },
  rules: { kind: "rule" | "exemption", id, state: "applies" | "matches" | "no-match" | "unknown" | "expired",
    field: string | null, declared: string | null, actual: string | null, text }[] }
Bucket: ${judgedShape}`,
  notes: [
    "Exit codes: 0 nothing to do, 2 the bucket differs or its key cannot be used, 1 an error or the bucket could not be read.",
    roleNote,
  ],
  run: async (args, out) => {
    const asked = askedAccounts(args);
    const { session, source } = await openForAccounts(args, asked !== null, out);
    const { ref, reader } = await (asked === null
      ? inOwnAccount(session, source, args, out)
      : inAccounts({ session, source, asked, concurrency: 1 }, args, out));
    const known = await matchFacts(reader, ref, source.compiled);
    const judged = await judgeWithKey(reader, ref, source.compiled, known);
    const rules = explainBucket(source.compiled, { ...known, ref, now: Date.now() });
    const { plan } = judged;
    out.line(`${out.paint("bold", safe(ref.bucket))}  ${safe(ref.region)}  account ${ref.account}`);
    out.line();
    for (const { kind, id, state, text } of rules) {
      const label = kind === "rule" ? "" : "exemption ";
      out.line(`  ${out.paint(COLOURS[state], state.padEnd(8))} ${label}${safe(id)}: ${printable(text)}`);
    }
    out.line();
    // A write says it attribute by attribute.
    if (plan.before !== null && plan.action !== "write") out.line(`is       ${stateLine(plan.before)}`);
    out.line(`verdict  ${plan.verdict}${plan.rule === null ? "" : ` (rule ${safe(plan.rule)}, ${plan.mode})`}`);
    for (const reason of plan.reasons) out.line(`         because ${printable(reason.text)}`);
    out.line(`plan     ${plan.action}`);
    if (plan.after !== null) for (const line of diffLines(plan.before, plan.after)) out.line(`         ${line}`);
    out.document({ schema: "bucketseal.explain/1", policy: source.origin, ...judgedDocument(judged), rules });
    return exitOf([judged]);
  },
});

// --- internal ---

type Found = Pick<OwnedBucket, "ref" | "reader">;

async function inOwnAccount(session: Session, source: PolicySource, args: ExplainArgs, out: Output): Promise<Found> {
  const ref = await findBucket(session, args.bucket);
  inOwnRegion(session, source, args, [ref], out);
  return { ref, reader: openReader(session, source.deployment) };
}

async function inAccounts(plan: AccountsPlan, args: ExplainArgs, out: Output): Promise<Found> {
  const { session, source, asked } = plan;
  const found = await findOwner(await openAccounts(session, source, asked, out), args.bucket);
  const regions = wantedRegions(plan, args);
  if (regions !== null && !regions.includes(found.ref.region)) throw otherRegion(found.ref, regions);
  return found;
}

type ExplainArgs = OwnRegionArgs & { readonly bucket: string };

const COLOURS: Readonly<Record<ReturnType<typeof explainBucket>[number]["state"], Colour>> = {
  applies: "green",
  matches: "cyan",
  "no-match": "dim",
  unknown: "red",
  expired: "dim",
};

/**
 * Reads tags, OUs and the account's tags if any rule uses them, so that rules after the first match
 * are explained too.
 */
async function matchFacts(
  reader: BucketReader,
  ref: BucketRef,
  { policy }: CompiledPolicy,
): Promise<Pick<Facts, "tags" | "ous" | "accountTags">> {
  const matches = [...policy.rules, ...policy.exemptions].map(({ match }) => match);
  const asks = (field: "tags" | "ous" | "accountTags") =>
    matches.some((match) => match[field] !== undefined || match.except?.[field] !== undefined);
  const [tags, ous, accountTags] = await Promise.all([
    asks("tags") ? reader.tags(ref) : undefined,
    asks("ous") ? reader.ous(ref) : undefined,
    asks("accountTags") ? reader.accountTags(ref) : undefined,
  ]);
  return { ...(tags ? { tags } : {}), ...(ous ? { ous } : {}), ...(accountTags ? { accountTags } : {}) };
}
