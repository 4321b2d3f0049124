import type { RunScope } from "#aws/runs/items";
import { type ClientsOf, clientsOf, type PlaceClients } from "../member/clients.ts";
import type { MemberDirectory } from "../member/directory.ts";
import { lateSessions } from "../member/late-sessions.ts";
import type { MemberSessions } from "../member/sessions.ts";
import type { Org } from "../member/settings.ts";
import { accountDirectory } from "../reader/organization.ts";
import { type RegionsOf, regionsOf } from "./regions.ts";

/** The organization that a hub sweeps: its settings, its accounts, and how to act in them. */
export interface SweepOrg extends Org {
  readonly directory: MemberDirectory;
  readonly sessions: MemberSessions;
  readonly clientsOf: ClientsOf;
  readonly regionsOf: RegionsOf;
}

/** Makes it, once for the life of an instance. */
export function sweepOrg(org: Org, own: PlaceClients, home: RunScope, now: () => number): SweepOrg {
  const sessions = lateSessions(org, now);
  return {
    ...org,
    directory: accountDirectory(org.settings, now),
    sessions,
    clientsOf: clientsOf({ own, home, sessions }),
    regionsOf: regionsOf(sessions, org.settings),
  };
}
