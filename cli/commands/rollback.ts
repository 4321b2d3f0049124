import { randomUUID } from "node:crypto";
import { readState } from "#aws/ledger/bucket-state";
import { restorable, weakerThan } from "#core/bucket/restorable";
import { cut, longest } from "#core/cut";
import { rollbackTrigger } from "#core/event/rollback";
import { exemptBy } from "#core/ledger/restored";
import type { Restored } from "#core/ledger/state";
import { compilePolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import type { Policy } from "#core/policy/policy";
import { safe } from "#core/safe";
import { refuseAccounts, refusedAccountsArgs } from "../accounts/args.ts";
import { findBucket } from "../buckets/buckets.ts";
import { openReader } from "../buckets/reader.ts";
import { diffLines, stateLine } from "../buckets/render-judged.ts";
import { writeBucket } from "../buckets/write-bucket.ts";
import { CliError } from "../error.ts";
import { findEntry } from "../history/find-entry.ts";
import { judgeRestored, type Wish } from "../history/judge-restored.ts";
import { exempt, keepRestored } from "../history/keep-restored.ts";
import { openLedger } from "../history/open-ledger.ts";
import { endOf, foundIn, inFull } from "../history/rollback-steps.ts";
import { spanOf } from "../history/since.ts";
import { command } from "../line/command.ts";
import { assumeOperatorRole } from "../stage/operator-role.ts";
import { pauseGate } from "../stage/pause-gate.ts";
import { policyInForce } from "../stage/policy-in-force.ts";
import { confirm } from "../terminal/confirm.ts";
import { printable } from "../terminal/printable.ts";

export const rollback = command({
  name: "rollback",
  description: "Restores what a bucket showed before a change of Bucketseal, and exempts it for a time.",
  args: {
    bucket: { type: "positional", required: true, description: "the bucket" },
    to: {
      type: "string",
      valueHint: "EVENT",
      description:
        "restore what this event found: the id of an alert, of an entry of `history`, or of CloudTrail (default: the last change)",
    },
    for: {
      type: "string",
      valueHint: "TIME",
      default: "24h",
      description: "how long it is exempt, up to 30d (default 24h)",
    },
    reason: { type: "string", valueHint: "TEXT", description: "why, for the history and the alert" },
    yes: { type: "boolean", description: "skip the confirmation" },
    ...refusedAccountsArgs,
    "ignore-pause": { type: "boolean", description: "write although the stage is paused" },
  },
  examples: [
    [
      'rollback invoices --reason "SEC-1421: the partner cannot use KMS yet"',
      "undoes the last change; asks for confirmation",
    ],
    ["rollback invoices --to 5f0c6a1e-3c52-4a8a-9a55-0e1a9c4f7d21 --for 4h", "what that event found, for four hours"],
  ],
  json: `{ stage, bucket, region, account, event, rolledBack: boolean, outcome: string | null,   // null: not confirmed
  before: Encryption | null, after: Encryption, weaker: string[], by, reason: string | null, until }
Encryption: { algorithm?, key?, bucketKey, sseC }`,
  notes: [
    "The write goes through the guard, the pause switch and the verification of `apply`, with your own permissions. Who did it, when and why is written into the history by the stage's operator role, which you must be allowed to assume, and is alerted.",
    "Exempt is only what was restored: a bucket that shows anything else is judged as ever. When the time is over the bucket is looked at, and repaired unless the policy was changed.",
    "Exit codes: 0 restored (or it was already), 1 an error, held, or not confirmed.",
  ],
  run: async (args, out) => {
    refuseAccounts(
      args,
      "rollback writes in your own account only, with your own rights; for a member's bucket add an exemption to the policy and set it there",
    );
    const span = exemptionOf(args.for);
    const why = args.reason === undefined ? null : cut(args.reason, longest.text);
    const open = await openLedger(args);
    const { session, deployment, ledger } = open;
    const { arn: by } = await session.identity();
    const ref = await findBucket(session, args.bucket);
    if (ref.region !== session.region)
      throw new CliError(`the bucket "${safe(ref.bucket)}" is in ${ref.region}: use --region ${ref.region}`, {
        code: "other-region",
      });
    const entry = await findEntry(ledger, ref, args.to);
    const recorded = restorable(entry.before);
    if (recorded.kind === "lost")
      throw new CliError(`nothing was changed: event ${safe(entry.id)} cannot be restored: ${recorded.why}`, {
        code: "not-restorable",
      });
    const reader = openReader(session, deployment);
    const { wanted, spelled } = await inFull(reader, ref, recorded.wanted);
    const [state, { document }] = await Promise.all([readState(ledger, ref), policyInForce(session, deployment)]);
    const policy = compilePolicy(JSON.parse(document) as Policy);
    const wish: Wish = { wanted, rule: state.rule, policyKeys: policy.policy.keys };
    const shown = await judgeRestored(reader, ref, wish);
    const before = foundIn(shown, out);
    const weaker = weakerThan(before, wanted);
    const answer = { stage: deployment.stage, bucket: ref.bucket, region: ref.region, account: ref.account };
    const told = { ...answer, event: entry.id, before, after: wanted, weaker, by, reason: why };
    const until = () => new Date(Date.now() + span).toISOString();

    out.line(`bucket   ${safe(ref.bucket)}`);
    out.line(`event    ${safe(entry.id)} of ${safe(entry.at)}`);
    out.line(`is       ${stateLine(before)}`);
    for (const line of diffLines(before, wanted)) out.line(`         ${line}`);
    if (spelled !== null) out.line(`         the key was recorded as ${safe(spelled)}`);
    for (const text of weaker) out.line(out.paint("red", `WEAKER   ${printable(text)}`));
    out.line(`exempt   until ${until()}, while the bucket shows this`);
    if (shown.standing === "compliant" && exemptBy(state, before, Date.now()) !== null) {
      out.line("the bucket was rolled back to this already");
      out.document({ ...told, rolledBack: false, outcome: "left alone", until: state.exemptUntil?.until });
      return 0;
    }
    const question = weaker.length > 0 ? "Write what is WEAKER, as shown?" : "Write this?";
    if (!(await confirm(question, args.yes === true, out))) {
      out.line("nothing was changed");
      out.document({ ...told, rolledBack: false, outcome: null, until: null });
      return 1;
    }
    const gate = args["ignore-pause"] ? async () => null : pauseGate(session, deployment);
    const paused = await gate(ref.region);
    if (paused !== null)
      throw new CliError(
        `${paused}: nothing is written (\`bucketseal resume\` allows writes again; --ignore-pause writes all the same)`,
        {
          code: "paused",
        },
      );
    const written = { dynamodb: await assumeOperatorRole(session, deployment), table: deployment.ledgerTable };
    const keeping = { read: ledger, written, ref };
    const restored: Restored = { shown: wanted, until: until(), by, why };
    await exempt(keeping, restored);
    const judge = (each: BucketRef) => judgeRestored(reader, each, wish);
    const context = { session, reader, policy, gate, judge };
    const result = await writeBucket(context, shown);
    const end = endOf(result);
    if (end.kind === "not restored") {
      await exempt(keeping, null);
      throw new CliError(`"${safe(ref.bucket)}" was not restored (${end.text})`, { code: "not-restored" });
    }
    const [id, now] = [randomUUID(), Date.now()];
    const trigger = rollbackTrigger(id, now, by, wanted);
    const unverified = end.kind === "restored" ? null : end.text;
    await keepRestored(
      keeping,
      { ...restored, ref, id, now, to: entry.id, before, weaker, unverified, trigger },
      Number(deployment.historyDays ?? "400"),
    );
    const done = unverified === null ? out.paint("green", "restored") : out.paint("red", unverified);
    out.line(`${done}, by ${safe(by)}, exempt until ${restored.until}`);
    out.document({ ...told, rolledBack: true, outcome: result.outcome, until: restored.until });
    return unverified === null ? 0 : 1;
  },
});

// --- internal ---

const LONGEST = 30 * 86_400_000;

function exemptionOf(text: string): number {
  const span = spanOf(text);
  if (span !== null && span > 0 && span <= LONGEST) return span;
  throw new CliError(`--for takes a time up to 30d, such as 90m, 24h or 7d, not "${safe(text)}"`, { code: "usage" });
}
