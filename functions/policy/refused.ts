import { firstTime, isMarked } from "#aws/ledger/marks";
import type { Table } from "#aws/table";
import { buildPolicyAlert } from "#core/alert/policy";
import type { Ports } from "#core/bucket/ports";
import { alertId } from "../runtime/alert-id.ts";
import type { LoopEnvironment } from "../runtime/environment.ts";
import { logger } from "../runtime/telemetry.ts";

/**
 * Alerts once about a policy version that was changed behind the pointer. The mark is set after the
 * alert was sent: if that fails, the next look sends it.
 */
export function refusedPolicy(
  ledger: Table,
  settings: Pick<LoopEnvironment, "ACCOUNT_ID" | "AWS_REGION">,
  publish: Ports["publish"],
  clock: Pick<Ports, "now">,
): (why: string) => Promise<void> {
  return async (why) => {
    logger.error("policy refused", { cause: why });
    const mark = `REFUSED#${why}`;
    if (await isMarked(ledger, mark)) return;
    await publish(
      buildPolicyAlert({
        id: alertId(mark, settings.ACCOUNT_ID, settings.AWS_REGION),
        now: clock.now(),
        account: settings.ACCOUNT_ID,
        region: settings.AWS_REGION,
        change: { kind: "refused", version: null, why },
      }),
    );
    await firstTime(ledger, mark, clock.now());
  };
}
