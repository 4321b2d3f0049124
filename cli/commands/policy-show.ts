import { readPointer } from "#aws/policy/table";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { command } from "../line/command.ts";
import { openSession } from "../session/session.ts";
import { findStage } from "../stage/stage.ts";
import { readNamed, versionNumber } from "../stage/stored-policy.ts";

export const policyShow = command({
  name: "show",
  description: "Prints the policy in force, or another version, exactly as it was pushed.",
  args: { version: { type: "string", valueHint: "N", description: "a version other than the one in force" } },
  examples: [
    ["policy show", "the policy in force, as YAML"],
    ["policy show --version 3 > old.yaml", "an older one"],
  ],
  json: "{ stage, version: number, current: boolean, sha256, rules: number, by, at, source: string, document: object }",
  run: async (args, out) => {
    const wanted = args.version === undefined ? null : versionNumber(args.version);
    const session = await openSession(args);
    const { stage, policyTable } = await findStage(session, args);
    const policies = { dynamodb: await session.dynamodb(), table: policyTable };
    const pointer = await readPointer(policies);
    const number = wanted ?? pointer?.version;
    if (number === undefined) {
      throw new CliError(`stage ${safe(stage)} has no policy yet: bucketseal push FILE`, { code: "no-policy" });
    }
    const { source, document, version, sha256, rules, by, at } = await readNamed(policies, number);
    if (number === pointer?.version && sha256 !== pointer.sha256) {
      throw new CliError(`version ${number} does not match its pointer: it was tampered with; push or roll back`, {
        code: "policy-tampered",
      });
    }
    out.raw(source.endsWith("\n") ? source : `${source}\n`);
    const current = version === pointer?.version;
    out.document({ stage, version, current, sha256, rules, by, at, source, document: JSON.parse(document) as unknown });
    return 0;
  },
});
