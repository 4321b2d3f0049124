import { createHash } from "node:crypto";
import { listVersions } from "#aws/policy/table";
import { diffPolicies } from "#core/diff/diff";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { loadPolicyFile } from "../file/policy-file.ts";
import { printFindings, printHeldByName } from "../file/print-findings.ts";
import { command } from "../line/command.ts";
import { openSession } from "../session/session.ts";
import { backfillHint } from "../stage/backfill-hint.ts";
import { objectEventsHint } from "../stage/object-events-hint.ts";
import { changeShape, printChanges } from "../stage/print-changes.ts";
import { effectsOfPush, effectsShape, printEffects } from "../stage/push-effects.ts";
import { assumePushRole } from "../stage/push-role.ts";
import { findStage } from "../stage/stage.ts";
import { storePolicy } from "../stage/store-policy.ts";
import { readCurrent, told } from "../stage/stored-policy.ts";
import { confirm } from "../terminal/confirm.ts";
import { plural } from "../terminal/plural.ts";

export const push = command({
  name: "push",
  description:
    "Validates a policy, shows what becomes weaker or stronger, asks for confirmation, and puts it in force.",
  args: {
    file: { type: "positional", required: true, description: "the policy (YAML)" },
    yes: { type: "boolean", description: "skip the confirmation" },
    "dry-run": { type: "boolean", description: "show what it would do, and push nothing" },
  },
  examples: [
    ["push policy.yaml", "asks for confirmation on the terminal"],
    ["push policy.yaml --dry-run", "which buckets it would concern"],
    ["push policy.yaml --stage prod --yes", "in a pipeline"],
  ],
  json: `{ stage: string, pushed: boolean, version: number | null, previous: number | null, sha256: string, changes: Change[], buckets: Buckets }
Buckets: ${effectsShape}
Change: ${changeShape}`,
  notes: [
    "Uses the stage's push role, which you must be allowed to assume. A concurrent push by somebody else is never overwritten: the command fails with exit code 1.",
    "The buckets that it concerns are looked at right away, beside live events; where more than a fifth of the writes fail or are held, that stops with an alert until bucketseal resume.",
    "Exit codes: 0 in force (or identical to the version in force), 1 an error, or not confirmed.",
  ],
  run: async (args, out) => {
    const loaded = await loadPolicyFile(args.file);
    if (loaded.findings.length > 0) printFindings(loaded, out);
    const { policy, text } = loaded;
    if (policy === null) throw new CliError("nothing was pushed: fix the errors first", { code: "policy" });
    const session = await openSession(args);
    const deployment = await findStage(session, args);
    const [dynamodb, { arn }] = await Promise.all([assumePushRole(session, deployment), session.identity()]);
    const policies = { dynamodb, table: deployment.policyTable };
    const [current, [newest]] = await Promise.all([readCurrent(policies, out), listVersions(policies, 1)]);
    const document = JSON.stringify(policy);
    const sha256 = createHash("sha256").update(document, "utf8").digest("hex");
    const changes = diffPolicies(current.policy, policy);
    const previous = current.pointer?.version ?? null;
    if (current.version?.sha256 === sha256 && current.version.source === text) {
      out.line(`identical to ${told(current.version)}; nothing to push`);
      const same = { stage: deployment.stage, previous, sha256, changes, buckets: NONE };
      out.document({ ...same, pushed: false, version: current.version.version });
      return 0;
    }
    out.line(`stage ${safe(deployment.stage)}, in force: ${current.pointer ? told(current.pointer) : "no policy yet"}`);
    printChanges(changes, out);
    const buckets = await effectsOfPush(session, deployment, current.policy, policy);
    const answer = { stage: deployment.stage, previous, sha256, changes, buckets };
    printEffects(buckets, out);
    if (loaded.findings.length === 0) printHeldByName(loaded, out);
    if (args["dry-run"] === true) {
      out.line("nothing was pushed");
      out.document({ ...answer, pushed: false, version: null });
      return 0;
    }
    if (!(await confirm("Push?", args.yes === true, out))) {
      out.line("nothing was pushed");
      out.document({ ...answer, pushed: false, version: null });
      return 1;
    }
    const number = Math.max(newest?.version ?? 0, current.pointer?.version ?? 0) + 1;
    const next = {
      version: number,
      rules: policy.rules.length,
      by: arn,
      at: new Date().toISOString(),
      document,
      source: text,
    };
    await storePolicy(policies, next, current.pointer);
    out.line(`version ${number} is in force: ${plural(policy.rules.length, "rule")}, sha256 ${sha256.slice(0, 12)}`);
    for (const hint of [objectEventsHint(policy, deployment), backfillHint(policy, deployment)]) {
      if (hint !== null) out.line(hint);
    }
    out.document({ ...answer, pushed: true, version: number });
    return 0;
  },
});

// --- internal ---

const NONE = { concerned: [], enforced: [], observed: [], unexempted: [] };
