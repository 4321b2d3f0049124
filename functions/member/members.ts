import { saveAccount } from "#aws/members/accounts";
import type { RoleCredentials } from "#aws/sts/assume-role";
import type { Table } from "#aws/table";
import type { Ports } from "#core/bucket/ports";
import type { EventScope, RefusedEvent } from "#core/event/scope";
import type { Fact } from "#core/fact";
import { memberRoleArn } from "#core/org/names";
import type { OrgSettings } from "#core/org/settings";
import { type KeyClients, keyClients } from "../reader/key-clients.ts";
import { logger } from "../runtime/telemetry.ts";
import { type BucketPlace, type ClientsOf, clientsOf, isHome, type PlaceClients } from "./clients.ts";
import type { MemberSessions } from "./sessions.ts";
import type { Org } from "./settings.ts";
import { accountTelling } from "./telling.ts";

/** What a function needs to act in the places that its deployment looks after. */
export interface Members {
  readonly scope: EventScope;
  /** What the deployment was told of its organization; `null`: it has none. */
  readonly settings: OrgSettings | null;
  readonly clients: ClientsOf;
  readonly keys: KeyClients;
  /** Whether a place is another one than the deployment's own. */
  readonly isMember: (place: BucketPlace) => boolean;
  /** The ARN of the role that acts in a place. */
  readonly roleIn: (place: BucketPlace) => string;
  /**
   * Whether a place can be looked at. An account that does not let us in is told of once; then
   * nothing is known of its buckets, and nothing is concluded.
   * @throws RetryableError on throttling, 5xx and timeouts.
   */
  readonly enter: (place: BucketPlace, byEvent: boolean) => Promise<boolean>;
  /** Tells of an event that claims to be of another account, once for each kind. */
  readonly refuse: (event: RefusedEvent) => Promise<void>;
}

/** Makes it; without an organization every place is home. */
export function members(settings: {
  readonly own: PlaceClients;
  readonly ownRole: string;
  readonly home: BucketPlace;
  readonly org: Org | null;
  readonly sessions: MemberSessions | null;
  readonly ledger: Table;
  readonly publish: Ports["publish"];
  readonly now: () => number;
}): Members {
  const { own, ownRole, home, org, sessions, ledger, publish, now } = settings;
  const clients = clientsOf({ own, home, sessions });
  if (org === null || sessions === null) {
    return {
      scope: { ...home, org: null },
      settings: null,
      clients,
      keys: keyClients(clients, async () => false),
      isMember: () => false,
      roleIn: () => ownRole,
      enter: async () => true,
      refuse: async () => undefined,
    };
  }
  const telling = accountTelling({ ledger, stage: org.stage, publish, now });
  const entered = new Map<string, Fact<RoleCredentials>>();
  const heard = new Map<string, number>();
  const isKeyPlace = async (account: string) => account === home.account || (await sessions.of(account)).known;
  return {
    scope: { ...home, org: { regions: org.settings.regions } },
    settings: org.settings,
    clients,
    keys: keyClients(clients, isKeyPlace),
    isMember: (place) => !isHome(home, place),
    roleIn: (place) => (isHome(home, place) ? ownRole : memberRoleArn(org.stage, org.settings, place.account)),
    enter: async (place, byEvent) => {
      if (isHome(home, place)) return true;
      const { account } = place;
      if (byEvent && now() - (heard.get(account) ?? 0) > HEARD_MS) {
        heard.set(account, now());
        await keep(ledger, account, { lastEvent: new Date(now()).toISOString() });
      }
      const session = await sessions.of(account);
      if (!session.known) {
        await telling.tell({ place, kind: "not enrolled", why: `${session.error.name}: ${session.error.message}` });
      } else if (entered.get(account) !== session) {
        await telling.forget(account);
        entered.set(account, session);
      }
      return session.known;
    },
    refuse: async ({ account, region, disagreement, why }) =>
      telling.tell({ place: { account, region }, kind: "refused event", why, detail: disagreement }),
  };
}

// --- internal ---

/** Milliseconds after which it is noted anew that an account sends events. */
const HEARD_MS = 10 * 60_000;

/** For people to read: a look does not wait for it to succeed. */
async function keep(ledger: Table, account: string, known: Parameters<typeof saveAccount>[2]): Promise<void> {
  await saveAccount(ledger, account, known).catch((error: unknown) =>
    logger.warn("what is known of an account could not be kept", { account, cause: String(error) }),
  );
}
