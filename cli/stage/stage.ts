import { findDeployments } from "#aws/ssm/deployment";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import { CliError } from "../error.ts";
import type { GlobalArgs } from "../line/globals.ts";
import type { Session } from "../session/session.ts";

/**
 * Finds the stage: the one of `--stage`, or the only one deployed.
 * @throws CliError if there is none, not that one, or several
 */
export async function findStage(session: Session, args: GlobalArgs): Promise<Deployment> {
  const found = await findDeployments(await session.ssm());
  const names = found.map((each) => safe(each.stage)).sort();
  if (found.length === 0) {
    throw new CliError(
      `no stage of Bucketseal is deployed in this account in ${session.region}: check --region and --profile`,
      {
        code: "no-stage",
      },
    );
  }
  if (!args.stage) {
    const [only, ...others] = found;
    if (only && others.length === 0) return only;
    throw new CliError(`several stages are deployed (${names.join(", ")}): choose one with --stage`, {
      code: "several-stages",
    });
  }
  const named = found.find((each) => each.stage === args.stage);
  if (named) return named;
  throw new CliError(`there is no stage "${safe(args.stage)}" here; deployed: ${names.join(", ")}`, {
    code: "no-stage",
  });
}
