import { flipPointer, listVersions, readPointer } from "#aws/policy/table";
import type { Table } from "#aws/table";
import { diffPolicies } from "#core/diff/diff";
import type { Policy } from "#core/policy/policy";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { command } from "../line/command.ts";
import { openSession } from "../session/session.ts";
import { changeShape, printChanges } from "../stage/print-changes.ts";
import { assumePushRole } from "../stage/push-role.ts";
import { findStage } from "../stage/stage.ts";
import { readCurrent, readNamed, told, versionNumber } from "../stage/stored-policy.ts";
import { confirm } from "../terminal/confirm.ts";

export const policyRollback = command({
  name: "rollback",
  description: "Puts an older version in force again; all versions are kept.",
  args: {
    version: {
      type: "positional",
      required: false,
      description: "the version (default: the one before the version in force)",
    },
    yes: { type: "boolean", description: "skip the confirmation" },
  },
  examples: [
    ["policy rollback", "to the version before"],
    ["policy rollback 3 --yes", "to version 3, without confirmation"],
  ],
  json: `{ stage, rolledBack: boolean, version: number, previous: number | null, changes: Change[] }
Change: ${changeShape}`,
  notes: ["Exit codes: 0 in force (or already in force), 1 an error, or not confirmed."],
  run: async (args, out) => {
    const wanted = args.version === undefined ? null : versionNumber(args.version);
    const session = await openSession(args);
    const deployment = await findStage(session, args);
    const [dynamodb, { arn }] = await Promise.all([assumePushRole(session, deployment), session.identity()]);
    const policies = { dynamodb, table: deployment.policyTable };
    const current = await readCurrent(policies, out);
    const previous = current.pointer?.version ?? null;
    const number = wanted ?? (await before(policies, previous));
    const target = await readNamed(policies, number);
    const changes = diffPolicies(current.policy, JSON.parse(target.document) as Policy);
    const answer = { stage: deployment.stage, version: number, previous, changes };
    if (current.version?.version === number) {
      out.line(`${told(target)} is already in force`);
      out.document({ ...answer, rolledBack: false });
      return 0;
    }
    out.line(
      `stage ${safe(deployment.stage)}, from ${current.pointer ? told(current.pointer) : "no policy"} to ${told(target)}`,
    );
    printChanges(changes, out);
    if (!(await confirm("Roll back?", args.yes === true, out))) {
      out.line("nothing was changed");
      out.document({ ...answer, rolledBack: false });
      return 1;
    }
    const to = { version: number, sha256: target.sha256, rules: target.rules, by: arn, at: new Date().toISOString() };
    if (!(await flipPointer(policies, to, current.pointer))) {
      const now = await readPointer(policies);
      const who = now ? told(now) : "nothing";
      throw new CliError(`nothing was changed: somebody put ${who} in force in the meantime; review it and try again`, {
        code: "conflict",
      });
    }
    out.line(`version ${number} is in force`);
    out.document({ ...answer, rolledBack: true });
    return 0;
  },
});

// --- internal ---

/** The highest version below the one in force. */
async function before(policies: Table, current: number | null): Promise<number> {
  const versions = await listVersions(policies, 1000);
  const older = versions.find(({ version }) => current === null || version < current);
  if (older) return older.version;
  throw new CliError("there is no earlier version to roll back to", { code: "no-version" });
}
