import { listVersions, readPointer } from "#aws/policy/table";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { command } from "../line/command.ts";
import { openSession } from "../session/session.ts";
import { findStage } from "../stage/stage.ts";
import { table } from "../terminal/table.ts";

export const policyVersions = command({
  name: "versions",
  description: "Lists pushed versions, newest first; * marks the one in force.",
  args: { limit: { type: "string", valueHint: "N", default: "20", description: "how many, 1 to 1000 (default 20)" } },
  examples: [["policy versions", "version, when, who, rules, hash"]],
  json: "{ stage, current: number | null, versions: { version: number, current: boolean, at, by, rules: number, sha256 }[] }",
  run: async (args, out) => {
    const limit = Number(args.limit);
    if (!/^\d{1,4}$/.test(args.limit) || limit < 1 || limit > 1000) {
      throw new CliError(`--limit takes a number from 1 to 1000, not "${args.limit}"`, { code: "usage" });
    }
    const session = await openSession(args);
    const { stage, policyTable } = await findStage(session, args);
    const policies = { dynamodb: await session.dynamodb(), table: policyTable };
    const [pointer, found] = await Promise.all([readPointer(policies), listVersions(policies, limit)]);
    const versions = found.map((each) => ({ ...each, current: each.version === pointer?.version }));
    const rows = versions.map(({ current, version, at, by, rules, sha256 }) => [
      current ? "*" : "",
      String(version),
      safe(at),
      safe(by),
      String(rules),
      safe(sha256.slice(0, 12)),
    ]);
    for (const line of table(["", "version", "pushed", "by", "rules", "sha256"], rows)) out.line(line);
    if (versions.length === 0) out.line(`stage ${safe(stage)} has no policy yet`);
    out.document({ stage, current: pointer?.version ?? null, versions });
    return 0;
  },
});
