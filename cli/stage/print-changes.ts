import type { PolicyChange } from "#core/diff/change";
import type { Output } from "../terminal/output.ts";
import type { Colour } from "../terminal/paint.ts";
import { printable } from "../terminal/printable.ts";

/** The JSON shape of one change, as TypeScript. */
export const changeShape = `{ subject: "policy" | "key" | "rule" | "exemption", id, kind: "added" | "removed" | "changed" | "moved",
  effect: "weaker" | "stronger" | "neutral" | "mixed", text }`;

/** Prints the changes, those that weaken first: they matter most. */
export function printChanges(changes: readonly PolicyChange[], out: Output): void {
  for (const effect of ["weaker", "mixed", "stronger", "neutral"] as const) {
    for (const change of changes.filter((each) => each.effect === effect)) {
      const { subject, id, kind, text } = change;
      out.line(
        `  ${out.paint(COLOURS[effect], effect.padEnd(8))} ${subject} ${printable(id)} ${kind}: ${printable(text)}`,
      );
    }
  }
  if (changes.length === 0) out.line("  nothing becomes weaker or stronger");
}

// --- internal ---

const COLOURS: Readonly<Record<PolicyChange["effect"], Colour>> = {
  weaker: "red",
  mixed: "yellow",
  stronger: "green",
  neutral: "dim",
};
