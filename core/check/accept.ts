import type { Policy } from "#core/policy/policy";
import type { PolicyFinding } from "./finding.ts";

/** The part of a hazard that a rule can refer to. */
export interface NamedHazard {
  readonly name: string;
  /** Whether a rule may accept it, so that it does not hold a write. */
  readonly isAcceptable: boolean;
}

/**
 * Names in `accept` without effect: of no hazard, or of one that cannot be accepted. They are
 * errors, since their author expects a write that would be held.
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
