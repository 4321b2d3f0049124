import type { Selection } from "#core/backfill/selection";
import { safe } from "#core/safe";

/** Which objects are asked for, as people say it: `current versions under invoices/`. */
export function selectionLine({ prefix, versions, since, until }: Selection): string {
  const parts = [
    versions === "all" ? "all versions" : "current versions",
    ...(prefix === "" ? [] : [`under ${safe(prefix, 200)}`]),
    ...(since === null ? [] : [`written since ${since}`]),
    ...(until === null ? [] : [`written before ${until}`]),
  ];
  return parts.join(" ");
}
