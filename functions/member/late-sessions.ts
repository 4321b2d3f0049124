import type { MemberSessions } from "./sessions.ts";
import type { Org } from "./settings.ts";

/**
 * Sessions whose STS client is loaded while the first message is on its way: a deployment without
 * an organization never loads it.
 */
export function lateSessions(org: Org, now: () => number): MemberSessions {
  const loading = import("./sts.ts").then(({ stsSessions }) => stsSessions(org, now));
  return {
    of: async (account) => (await loading).of(account),
    confirm: async (account) => (await loading).confirm(account),
  };
}
