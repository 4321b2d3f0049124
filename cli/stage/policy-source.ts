import { type CompiledPolicy, compilePolicy } from "#core/match/compile";
import type { Policy } from "#core/policy/policy";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import { CliError } from "../error.ts";
import { loadPolicyFile } from "../file/policy-file.ts";
import { printFindings } from "../file/print-findings.ts";
import type { GlobalArgs } from "../line/globals.ts";
import type { Session } from "../session/session.ts";
import type { Output } from "../terminal/output.ts";

/** The policy that a command uses, and its origin. */
export interface PolicySource {
  readonly compiled: CompiledPolicy;
  /** `null`: the policy is from a file. */
  readonly deployment: Deployment | null;
  /** For the JSON document. */
  readonly origin: { readonly file: string } | { readonly stage: string; readonly version: number };
}

/**
 * Opens the policy of `--policy FILE`, or the one in force in the deployed stage.
 * @throws CliError if the file has errors, no stage is found, or its policy cannot be trusted
 */
export async function openPolicy(
  session: Session,
  args: GlobalArgs & { readonly policy?: string | undefined },
  out: Output,
): Promise<PolicySource> {
  if (args.policy !== undefined) {
    if (args.stage)
      throw new CliError("--policy and --stage cannot be combined: a policy file needs no stage", { code: "usage" });
    return fromFile(args.policy, out);
  }
  const [{ findStage }, { policyInForce }] = await Promise.all([import("./stage.ts"), import("./policy-in-force.ts")]);
  const deployment = await findStage(session, args).catch((error: unknown) => {
    if (error instanceof CliError && error.code === "no-stage" && !args.stage) {
      throw new CliError(`${error.message}, or use --policy FILE`, { code: error.code, cause: error });
    }
    throw error;
  });
  const { version, document } = await policyInForce(session, deployment);
  const compiled = compilePolicy(JSON.parse(document) as Policy);
  return { compiled, deployment, origin: { stage: deployment.stage, version } };
}

// --- internal ---

async function fromFile(file: string, out: Output): Promise<PolicySource> {
  const loaded = await loadPolicyFile(file);
  if (loaded.policy === null) {
    printFindings(loaded, out);
    throw new CliError(`the policy has errors: fix them first (bucketseal check ${safe(file)} lists them)`, {
      code: "policy",
    });
  }
  return { compiled: compilePolicy(loaded.policy), deployment: null, origin: { file: loaded.file } };
}
