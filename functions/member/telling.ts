import { readTold, saveTold } from "#aws/members/told";
import type { Table } from "#aws/table";
import { buildMemberAlert } from "#core/alert/member";
import type { Alert, MemberNews } from "#core/alert/schema";
import type { Ports } from "#core/bucket/ports";
import { leaseEnd } from "#core/ledger/lease";
import { alertId } from "../runtime/alert-id.ts";
import { logger, metrics } from "../runtime/telemetry.ts";
import type { BucketPlace } from "./clients.ts";

/** Something to tell of an account. */
interface AccountNews {
  /** Where it was noticed. */
  readonly place: BucketPlace;
  readonly kind: MemberNews;
  readonly why: string;
  /** What makes it another thing than the others of its kind. */
  readonly detail?: string;
}

/** Tells what is wrong with accounts: once each, until it is right again. */
export interface Telling {
  /** @throws RetryableError on throttling, 5xx and timeouts. */
  tell(news: AccountNews): Promise<void>;
  /** Forgets that an account could not be acted in: should that happen again, it is told again. */
  forget(account: string): Promise<void>;
}

/**
 * Makes it. An alert is claimed in the ledger before it is sent, so that several instances, and the
 * thousand events of an account that is not enrolled, make one.
 */
export function accountTelling(settings: {
  readonly ledger: Table;
  readonly stage: string;
  readonly publish: Ports["publish"];
  readonly now: () => number;
}): Telling {
  const { ledger, stage, publish, now } = settings;
  const told = new Map<string, string>();
  const underWay = new Map<string, Promise<void>>();

  const tellOnce = async (about: string, { place, kind, why }: AccountNews): Promise<void> => {
    const last = await readTold(ledger, about);
    if (last.what === kind && last.heldUntil === null) return void told.set(about, kind);
    if (last.heldUntil !== null && Date.parse(last.heldUntil) > now()) return;
    const claimed = { what: kind, rev: last.rev + 1, heldUntil: leaseEnd(now()) };
    if (!(await saveTold(ledger, about, claimed))) return;
    await publish(built({ stage, now: now(), about, rev: claimed.rev }, { place, kind, why }));
    logger.warn("an account of the organization was told of", { ...place, kind, cause: why });
    metrics.addMetric(`Account ${kind}`, "Count", 1);
    await saveTold(ledger, about, { what: kind, rev: claimed.rev + 1, heldUntil: null });
    told.set(about, kind);
  };
  return {
    tell: async (news) => {
      const about = aboutOf(news);
      if (told.get(about) === news.kind) return;
      const telling = underWay.get(about) ?? tellOnce(about, news).finally(() => void underWay.delete(about));
      underWay.set(about, telling);
      await telling;
    },
    forget: async (account) => {
      told.delete(account);
      const last = await readTold(ledger, account);
      if (last.what !== null) await saveTold(ledger, account, { what: null, rev: last.rev + 1, heldUntil: null });
    },
  };
}

// --- internal ---

/** Whether an account can be acted in is one thing, each kind of refused event another. */
function aboutOf({ place, kind, detail }: AccountNews): string {
  return kind === "refused event" ? `${place.account} ${kind} ${detail ?? ""}` : place.account;
}

function built(
  { stage, now, about, rev }: { stage: string; now: number; about: string; rev: number },
  { place: { account, region }, kind, why }: AccountNews,
): Alert {
  const ref = { account, region };
  return buildMemberAlert({ id: alertId("account", stage, about, rev), now, ref, kind, why, stage });
}
