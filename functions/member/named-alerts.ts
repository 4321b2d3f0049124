import { messageOf } from "#aws/error";
import { readAccount } from "#aws/members/accounts";
import type { Table } from "#aws/table";
import type { Ports } from "#core/bucket/ports";
import type { OrgSettings } from "#core/org/settings";
import { safe } from "#core/safe";
import { logger } from "../runtime/telemetry.ts";
import { BoundedFacts } from "./bounded-facts.ts";

/**
 * Publishes alerts with what their account is called, where the ledger knows it by a sweep, or the
 * hub's settings say it. An alert never waits for a name that cannot be read.
 */
export function namedAlerts(
  publish: Ports["publish"],
  { ledger, settings, now }: Known & { readonly now: () => number },
): Ports["publish"] {
  const names = new BoundedFacts<string | null>(now);
  return async (alert) => {
    const { account } = alert;
    const found = await names
      .get(account, async () => ({ known: true, value: await nameOf(account, { ledger, settings }) }))
      .catch((error: unknown) => {
        logger.warn("what an account is called could not be read", { account, cause: messageOf(error) });
        return null;
      });
    const name = found?.known === true ? found.value : null;
    await publish(name === null ? alert : { ...alert, accountName: safe(name) });
  };
}

// --- internal ---

interface Known {
  readonly ledger: Table;
  readonly settings: Pick<OrgSettings, "directory">;
}

async function nameOf(account: string, { ledger, settings }: Known): Promise<string | null> {
  const said = settings.directory?.find(({ id }) => id === account)?.name;
  return (await readAccount(ledger, account))?.name ?? said ?? null;
}
