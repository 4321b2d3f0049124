import { CliError } from "../error.ts";
import type { GlobalArgs } from "../line/globals.ts";
import { openSession, type Session } from "../session/session.ts";
import { openPolicy, type PolicySource } from "../stage/policy-source.ts";
import type { Output } from "../terminal/output.ts";
import { askedRegions } from "./args.ts";

/**
 * Opens a session in the first of the Regions of `--region` in which `use` finds its stage, else in
 * the environment's: a list of Regions says which buckets are meant, and one of them may well be
 * another than the hub's.
 * @param isList - whether `--region` says which buckets are meant
 * @throws whatever `use` throws in the first Region, where it finds a stage nowhere
 */
export async function inStageRegion<T>(
  args: GlobalArgs,
  isList: boolean,
  use: (session: Session) => Promise<T>,
): Promise<{ readonly session: Session; readonly used: T }> {
  const tries = isList ? [...askedRegions(args), undefined] : [args.region];
  let first: unknown = null;
  for (const region of tries) {
    try {
      const session = await openSession({ ...args, region });
      return { session, used: await use(session) };
    } catch (error) {
      first ??= error;
      if (!(error instanceof CliError) || error.code !== "no-stage") throw first;
    }
  }
  throw first;
}

/** Opens the session and the policy of `plan` and `explain`. */
export async function openForAccounts(
  args: GlobalArgs & { readonly policy?: string | undefined },
  isAsked: boolean,
  out: Output,
): Promise<{ readonly session: Session; readonly source: PolicySource }> {
  const isList = isAsked || askedRegions(args).length > 1;
  const { session, used: source } = await inStageRegion(args, isList, (at) => openPolicy(at, args, out));
  return { session, source };
}
