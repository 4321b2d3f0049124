import { hazards, lastHazards } from "#core/guard/hazards";

/** A section for every hazard: what breaks, how it is seen, how to fix or accept it. */
export function hazardsSections(): string {
  return [...hazards, ...lastHazards]
    .map(({ name, about, isAcceptable, names, texts: { breaks, seen, fix, accept } }) => {
      const rule = names === undefined ? "" : " The rule must name the bucket without a wildcard.";
      const lines = [
        `## ${name}`,
        `*Checked before a write to ${about.map((each) => (each === "bucket" ? "a bucket's encryption" : "an object")).join(" or to ")}.*`,
        `**What breaks.** ${breaks}`,
        `**How it is seen.** ${seen}`,
        `**How to fix it.** ${fix}`,
        isAcceptable
          ? `**When to accept it.** ${accept} Write \`accept: { ${name}: WHY }\` in the rule.${rule}`
          : "**No rule can accept it**: what it warns of would be lost or broken.",
      ];
      return lines.join("\n\n");
    })
    .join("\n\n");
}
