import type { Plan } from "#core/decide/plan";
import { sameEncryption } from "#core/encryption";
import type { Reason } from "#core/reason/reason";
import type { Ports } from "./ports.ts";
import type { Survey } from "./survey.ts";

/**
 * Why a write is not tried: somebody's policy refused the very same one, and nothing that could be
 * seen has changed since. `null`: it may be tried. A service control policy is nothing that an
 * account can see, so a person says when it no longer applies (`bucketseal resume BUCKET`); any new
 * event about the bucket, another configuration and a new version of the policy count as a change.
 * @throws whatever the port throws.
 */
export async function refusedBefore(
  { resumed }: Pick<Ports, "resumed">,
  { look: { ref, state, found, policyVersion }, events }: Survey,
  plan: Plan,
): Promise<Reason | null> {
  const refused = state.refused ?? null;
  if (refused === null || refused.policyVersion !== policyVersion) return null;
  if (!sameEncryption(refused.before, plan.before) || !sameEncryption(refused.after, plan.after)) return null;
  const known = new Set(found.triggers.map(({ eventId }) => eventId));
  if (events.some(({ eventId }) => !known.has(eventId))) return null;
  const lifted = await resumed(ref);
  if (lifted !== null && Date.parse(lifted) > Date.parse(refused.at)) return null;
  return { code: "managed-elsewhere", text: refused.text };
}
