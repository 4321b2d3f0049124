import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import { printable } from "../terminal/printable.ts";
import { renderFinding } from "./finding.ts";
import type { PolicyFile } from "./policy-file.ts";

/** Prints the findings of a policy file and their count, then what `printHeldByName` does. */
export function printFindings(loaded: PolicyFile, out: Output): void {
  for (const finding of loaded.findings) {
    out.line(out.paint(finding.severity === "error" ? "red" : "yellow", renderFinding(loaded.file, finding)));
  }
  out.line(count(loaded, printable(loaded.file)));
  printHeldByName(loaded, out);
}

/**
 * Prints which rules reach buckets that are held because of their names. A line for each hazard:
 * large policies have many rules that reach the same buckets.
 */
export function printHeldByName({ heldByName: held }: PolicyFile, out: Output): void {
  for (const hazard of new Set(held.map((each) => each.hazard))) {
    const own = held.filter((each) => each.hazard === hazard);
    const names = [...new Set(own.flatMap((each) => each.names))];
    const rules = own.slice(0, SHOWN).map(({ rule }) => rule);
    const more = own.length > SHOWN ? ` and ${own.length - SHOWN} more` : "";
    const whose = `${own.length === 1 ? "rule" : "rules"} ${rules.join(", ")}${more}`;
    const text = `note: ${whose} would re-key buckets named ${names.join(", ")}: these writes are held (${hazard}) unless the rule names the bucket in full and accepts that`;
    out.line(out.paint("dim", text));
  }
}

// --- internal ---

function count(loaded: PolicyFile, name: string): string {
  const errors = loaded.findings.filter((finding) => finding.severity === "error").length;
  const warnings = loaded.findings.length - errors;
  const found = [plural(errors, "error"), ...(warnings > 0 ? [plural(warnings, "warning")] : [])].join(", ");
  const size = loaded.policy === null ? "" : `, ${plural(loaded.policy.rules.length, "rule")}`;
  return `${name}: ${found}${size}`;
}

const SHOWN = 5;
