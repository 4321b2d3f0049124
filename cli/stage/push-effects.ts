import { nameOf } from "#aws/error";
import { accountStates } from "#aws/runs/account-states";
import type { KnownState } from "#core/diff/concerned";
import { type PushEffects, pushEffects } from "#core/diff/effects";
import { partitionOf } from "#core/names";
import type { Policy } from "#core/policy/policy";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import type { Session } from "../session/session.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";

/** The JSON shape of what a push would do to the buckets that are known, as TypeScript. */
export const effectsShape =
  "{ concerned, enforced, observed, unexempted: string[] } | null   // names; null: the ledger could not be read";

/**
 * What a push would do to the buckets that the stage's ledger knows; `null`: it may not be read. A
 * push does not depend on it.
 */
export async function effectsOfPush(
  session: Session,
  { ledgerTable }: Deployment,
  before: Policy | null,
  after: Policy,
): Promise<PushEffects | null> {
  const { account } = await session.identity();
  const scope = { account, region: session.region };
  const known: KnownState[] = [];
  try {
    const ledger = { dynamodb: await session.dynamodb(), table: ledgerTable };
    for await (const { bucket, outcome, state } of accountStates(ledger, scope)) {
      const ref = { partition: partitionOf(scope.region), ...scope, bucket };
      if (outcome !== "gone") known.push({ ref, outcome, rule: state.rule });
    }
  } catch (error) {
    if (!REFUSED.has(nameOf(error))) throw error;
    return null;
  }
  return pushEffects(before, after, known, Date.now());
}

/** Prints how many buckets become enforced, observed, no longer exempt, each with some names. */
export function printEffects(effects: PushEffects | null, out: Output): void {
  if (effects === null) {
    out.line("  which buckets it concerns could not be read: the ledger was refused (dynamodb:Query)");
    return;
  }
  const { concerned, enforced, observed, unexempted } = effects;
  out.line(`  ${plural(concerned.length, "known bucket")} may get another target:`);
  for (const [what, names] of [
    ["newly enforced", enforced],
    ["newly observed", observed],
    ["no longer exempt", unexempted],
  ] as const) {
    out.line(`    ${String(names.length).padStart(5)} ${what}${some(names)}`);
  }
}

// --- internal ---

/** Refusals, and what a ledger without the index says. */
const REFUSED: ReadonlySet<string> = new Set(["AccessDeniedException", "AccessDenied", "ValidationException"]);

const SHOWN = 5;

function some(names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more` : "";
  return `: ${names
    .slice(0, SHOWN)
    .map((name) => safe(name))
    .join(", ")}${more}`;
}
