import type { AccountRecord } from "#core/org/account-record";
import type { Deployment } from "#core/stage/deployment";
import type { Session } from "../session/session.ts";
import { stageRegions } from "./stage-regions.ts";

/** What an account is to the hub. */
type AccountKind = "hub" | "management" | "member";

/** What the hub knows of an account, and what the account is to it. */
export interface KnownAccount extends AccountRecord {
  /** `management` only where Organizations says which that is. */
  readonly kind: AccountKind;
}

/**
 * Tells the hub's own account and the management account from the others. The hub looks after its
 * own home Region without a member role: where it covers no other, its account is enrolled.
 */
export async function withKinds(
  records: readonly AccountRecord[],
  deployment: Deployment,
  session: Session,
): Promise<KnownAccount[]> {
  if (deployment.org !== "on") return records.map((record) => ({ ...record, kind: "member" }));
  const { account: hub } = await session.identity();
  const isHomeAll = stageRegions(deployment, session).every((region) => region === session.region);
  const management = await managementOf(session);
  return records.map((record) => {
    if (record.account !== hub) return { ...record, kind: record.account === management ? "management" : "member" };
    return { ...record, kind: "hub", ...(isHomeAll ? { enrolment: "enrolled", why: null } : {}) };
  });
}

// --- internal ---

/** `null`: Organizations does not say. What is shown without it is shown all the same. */
async function managementOf(session: Session): Promise<string | null> {
  const { managementAccount } = await import("#aws/organizations/organization");
  try {
    const found = await managementAccount(await session.organizations());
    return found.known ? found.value : null;
  } catch {
    return null;
  }
}
