import { messageOf } from "#aws/error";
import type { Ports } from "#core/bucket/ports";
import { safe } from "#core/safe";
import { logger } from "../runtime/telemetry.ts";
import type { AccountNames } from "./account-names.ts";
import { BoundedFacts } from "./bounded-facts.ts";

/**
 * Publishes alerts with what their account is called, where that is known. An alert never waits for
 * a name that cannot be read.
 */
export function namedAlerts(publish: Ports["publish"], nameOf: AccountNames, now: () => number): Ports["publish"] {
  const names = new BoundedFacts<string | null>(now);
  return async (alert) => {
    const { account } = alert;
    const found = await names
      .get(account, async () => ({ known: true, value: await nameOf(account) }))
      .catch((error: unknown) => {
        logger.warn("what an account is called could not be read", { account, cause: messageOf(error) });
        return null;
      });
    const name = found?.known === true ? found.value : null;
    await publish(name === null ? alert : { ...alert, accountName: safe(name) });
  };
}
