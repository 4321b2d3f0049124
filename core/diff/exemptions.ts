import type { Exemption } from "#core/policy/policy";
import { combine, type Strength } from "#core/policy/strength";
import type { PolicyChange } from "./change.ts";
import { fieldChanges, sameFields } from "./fields.ts";
import { matchWithin } from "./within.ts";

/** An exemption removes protection: more of it, or for longer, is weaker. Order has no effect. */
export function diffExemptions(before: readonly Exemption[], after: readonly Exemption[]): PolicyChange[] {
  const old = new Map(before.map((exemption) => [exemption.id, exemption]));
  const now = new Set(after.map(({ id }) => id));
  const kept = after.flatMap((exemption): PolicyChange[] => {
    const { id } = exemption;
    const was = old.get(id);
    if (was === undefined)
      return [{ subject: "exemption", id, kind: "added", effect: "weaker", text: described(exemption) }];
    const changes = fieldChanges(was, exemption);
    if (changes.length === 0) return [];
    const effect = combine([byUntil(was, exemption), byMatch(was, exemption)]);
    return [
      {
        subject: "exemption",
        id,
        kind: "changed",
        effect: effect === "equal" ? "neutral" : effect,
        text: changes.join("; "),
      },
    ];
  });
  const gone = before.filter(({ id }) => !now.has(id));
  return [
    ...kept,
    ...gone.map((exemption): PolicyChange => {
      return {
        subject: "exemption",
        id: exemption.id,
        kind: "removed",
        effect: "stronger",
        text: `was: ${described(exemption)}`,
      };
    }),
  ];
}

// --- internal ---

function described({ until, reason }: Exemption): string {
  return `leaves buckets alone until ${until}: ${JSON.stringify(reason)}`;
}

/** YYYY-MM-DD dates compare as strings. */
function byUntil(was: Exemption, is: Exemption): Strength {
  if (was.until === is.until) return "equal";
  return is.until > was.until ? "weaker" : "stronger";
}

function byMatch(was: Exemption, is: Exemption): Strength {
  if (sameFields(was.match, is.match)) return "equal";
  return combine([
    matchWithin(is.match, was.match) ? "equal" : "weaker",
    matchWithin(was.match, is.match) ? "equal" : "stronger",
  ]);
}
