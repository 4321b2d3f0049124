import { safe } from "#core/safe";
import { type AskedAccounts, accountsArgs, askedAccounts } from "../accounts/args.ts";
import { chooseAccounts, noteInactive } from "../accounts/choose.ts";
import { demandRole, openDoors } from "../accounts/enter.ts";
import { inStageRegion } from "../accounts/open.ts";
import { stageRegions } from "../accounts/stage-regions.ts";
import { mapPool } from "../buckets/pool.ts";
import { CliError } from "../error.ts";
import { explainError } from "../line/explain-error.ts";
import type { GlobalArgs } from "../line/globals.ts";
import { hubOnly } from "../org/hub-only.ts";
import type { Session } from "../session/session.ts";
import { findStage } from "../stage/stage.ts";
import type { Output } from "../terminal/output.ts";
import { memberQueues } from "./member-queues.ts";
import { type OpenQueue, openQueues } from "./open-queues.ts";

/** The flags of all commands about dead letters: which queues, and in which accounts. */
export const lettersArgs = {
  queue: {
    type: "string",
    valueHint: "QUEUE",
    description: "only this queue: bucket, bucket-undelivered, object, object-undelivered …",
  },
  ...accountsArgs,
} as const;

/** How the flags about accounts are understood by commands about dead letters. */
export const lettersNote =
  "With accounts, the queues of object functions in a hub's members are meant, which are called ACCOUNT/REGION/object. The role of --role needs ssm:GetParameter on the member's parameter, and sts:AssumeRole on the redrive role there.";

/** The queues that a person asks for. */
interface Letters {
  readonly stage: string;
  readonly queues: readonly OpenQueue[];
  /** Whether some account or Region could not be looked into; it was said why. */
  readonly isPart: boolean;
}

/**
 * Opens the dead-letter queues of a stage, or those of object functions in members.
 * @throws CliError if there are none, or none of them can be opened
 */
export async function openLetters(
  args: GlobalArgs & Parameters<typeof askedAccounts>[0] & { readonly queue?: string | undefined },
  out: Output,
): Promise<Letters> {
  const asked = askedAccounts(args);
  const isAsked = asked !== null;
  const { session, used: deployment } = await inStageRegion(args, isAsked, (at) => findStage(at, args));
  const { stage } = deployment;
  if (asked === null) return { stage, queues: await openQueues(session, deployment, args.queue), isPart: false };
  hubOnly(deployment);
  const regions = asked.regions ?? stageRegions(deployment, session);
  const { queues, failed } = await ofMembers(session, stage, asked, { regions, queue: args.queue, out });
  if (queues.length > 0) return { stage, queues, isPart: failed.length > 0 };
  throw new CliError(
    failed[0] ??
      `there is no object function${args.queue === undefined ? "" : ` with a queue "${safe(args.queue)}"`} in these accounts`,
    { code: failed.length > 0 ? "not-opened" : "no-object-plane" },
  );
}

// --- internal ---

/** Accounts that are entered at once. */
const PARALLEL = 8;

interface Wanted {
  readonly regions: readonly string[];
  readonly queue: string | undefined;
  readonly out: Output;
}

async function ofMembers(
  session: Session,
  stage: string,
  asked: AskedAccounts,
  { regions, queue, out }: Wanted,
): Promise<{ readonly queues: readonly OpenQueue[]; readonly failed: readonly string[] }> {
  const chosen = await chooseAccounts(session, asked);
  const ids = chosen.accounts.map(({ id }) => id);
  await demandRole(session, asked, ids);
  noteInactive(chosen, out);
  const doors = openDoors(session, asked);
  const failed: string[] = [];
  const fail = (why: string) => {
    failed.push(why);
    out.note(why);
  };
  const found = await mapPool(ids, PARALLEL, async (id) => {
    const entry = await doors.enter(id);
    if (entry.refused !== null) {
      fail(`account ${id}: ${entry.refused.text}`);
      return [];
    }
    const each = await mapPool(regions, PARALLEL, (region) =>
      memberQueues(entry.session, stage, region, queue).catch((error: unknown) => {
        fail(explainError(error).message);
        return [];
      }),
    );
    return each.flat();
  });
  return { queues: found.flat(), failed };
}
