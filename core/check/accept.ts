import type { Policy } from "#core/policy/policy";
import type { PolicyFinding } from "./finding.ts";

/** A hazard as far as a rule can name it. */
export interface NamedHazard {
  readonly name: string;
  /** Whether the owner of a rule may decide that it does not hold a write back. */
  readonly isAcceptable: boolean;
}

/**
 * Names in `accept` that have no effect: of no hazard, or of one that nobody can accept. They are
 * errors, since their author counts on a write that would be held.
 */
export function checkAccept({ rules }: Policy, hazards: readonly NamedHazard[]): PolicyFinding[] {
  const acceptable = hazards.filter((hazard) => hazard.isAcceptable).map((hazard) => hazard.name);
  const known = acceptable.length === 0 ? "no hazard can be accepted yet" : `it can be ${acceptable.join(", ")}`;
  return rules.flatMap(({ id, accept }, at) =>
    accept.flatMap((name, entry): PolicyFinding[] => {
      if (acceptable.includes(name)) return [];
      const wrong = hazards.some((hazard) => hazard.name === name)
        ? `the hazard "${name}" cannot be accepted: what it warns of would be lost or broken`
        : `"${name}" is not the name of a hazard`;
      const message = `${wrong}; ${known}; remove it from accept`;
      return [{ severity: "error", path: ["rules", at, "accept", entry], rule: id, code: "accept", message }];
    }),
  );
}
