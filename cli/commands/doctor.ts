import { safe } from "#core/safe";
import { bucketName } from "../buckets/bucket-name.ts";
import { type CanaryOptions, canary } from "../doctor/canary.ts";
import type { Check } from "../doctor/check.ts";
import { checks } from "../doctor/checks.ts";
import { examine, exitOfExamined } from "../doctor/examine.ts";
import { openWard } from "../doctor/ward.ts";
import { CliError } from "../error.ts";
import { command } from "../line/command.ts";
import { openSession } from "../session/session.ts";
import { findStage } from "../stage/stage.ts";
import { confirm } from "../terminal/confirm.ts";
import type { Output } from "../terminal/output.ts";

export const doctor = command({
  name: "doctor",
  description:
    "Looks for everything that could keep a deployed stage from working: trail, rules, queues, functions, policy, keys, subscriptions. Changes nothing, but for a canary.",
  args: {
    all: { type: "boolean", description: "also show what is right" },
    canary: {
      type: "boolean",
      description: "create a bucket, tag it, wait until that is noticed, and delete it",
    },
    "canary-bucket": {
      type: "string",
      valueHint: "NAME",
      description: "do so with a bucket that has the tag bucketseal-canary; only that tag's value changes",
    },
    wait: { type: "string", valueHint: "SECONDS", description: "how long to wait for the canary (default 300)" },
    yes: { type: "boolean", description: "create the canary's bucket without asking" },
  },
  examples: [
    ["doctor", "when something seems wrong, and after a deployment"],
    ["doctor --canary", "whether an event really arrives; asks before it creates the bucket"],
    ["doctor --json", "for scripts"],
  ],
  json: `{ stage, region, account, answers: { ok: number, finding: number, unknown: number },
  examined: { check, answer: "ok" | "finding" | "unknown", says, fix: string | null }[] }`,
  notes: [
    "It needs rights to read only, which docs/deploy.md lists; a canary also s3:CreateBucket, s3:PutBucketTagging and s3:DeleteBucket, or s3:GetBucketTagging and s3:PutBucketTagging.",
    "Exit codes: 0 everything was looked at and is right, 2 findings, 1 an error, or something that could not be looked at.",
  ],
  run: async (args, out) => {
    const session = await openSession(args);
    const deployment = await findStage(session, args);
    const ward = await openWard(session, deployment);
    const flying = await canaryOf(args, out);
    const examined = await examine(ward, flying === null ? checks : [...checks.filter(isMoot), canary(flying, out)]);
    const counts = { ok: 0, finding: 0, unknown: 0 };
    for (const { check, answer, says, fix } of examined) {
      counts[answer]++;
      if (answer === "ok" && args.all !== true) continue;
      out.line(`${out.paint(COLOURS[answer], answer.padEnd(7))}  ${check}: ${says}`);
      if (fix !== null) out.line(`         ${out.paint("dim", `fix: ${fix}`)}`);
    }
    const { region, account } = ward.home;
    out.line(
      `stage ${safe(deployment.stage)} in ${region}, account ${account}: ${counts.ok} ok, ${counts.finding} findings, ${counts.unknown} unknown`,
    );
    out.document({ stage: deployment.stage, region, account, answers: counts, examined });
    return exitOfExamined(examined);
  },
});

// --- internal ---

/** The canary says better whether events arrive. */
function isMoot({ name }: Check): boolean {
  return name !== "last-event";
}

/** What the flags say about a canary; `null`: none is wanted. */
async function canaryOf(
  args: {
    readonly canary?: boolean | undefined;
    readonly "canary-bucket"?: string | undefined;
    readonly wait?: string | undefined;
    readonly yes?: boolean | undefined;
  },
  out: Output,
): Promise<CanaryOptions | null> {
  const waitSeconds = Number(args.wait ?? "300");
  if (!Number.isInteger(waitSeconds) || waitSeconds < 1 || waitSeconds > 3600) {
    throw new CliError(`--wait takes 1 to 3600 seconds, not "${safe(args.wait ?? "")}"`, { code: "usage" });
  }
  const named = args["canary-bucket"];
  if (named !== undefined) return { bucket: bucketName(named), waitSeconds };
  if (args.canary !== true) return null;
  const question = "The canary creates an empty bucket, tags it, and deletes it again. Go on?";
  if (await confirm(question, args.yes === true, out)) return { bucket: null, waitSeconds };
  throw new CliError("nothing was created, and nothing looked at", { code: "not-confirmed" });
}

const COLOURS = { ok: "green", finding: "red", unknown: "yellow" } as const;
