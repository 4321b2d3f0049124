import { adviceFor, adviceForObjects } from "#core/reason/advice";
import { reasonCodes, reasons } from "#core/reason/reason";
import type { ReasonRow } from "#core/reason/row";
import { severityOf } from "#core/reason/severity-of";
import { markdownTable } from "./markdown-table.ts";

/** Every reason that an alert can give, with its lowest severity and the alert's advice. */
export function reasonsTable(): string {
  const context = {
    ref: { partition: "aws", account: "ACCOUNT", region: "REGION", bucket: "BUCKET" },
    rule: "RULE",
    declaredKey: "KEY",
  };
  const rows = reasonCodes
    .map((code) => ({ code, row: reasons[code] as ReasonRow }))
    .filter(({ row }) => row.isQuiet === undefined)
    .map(({ code, row }) => [
      `\`${code}\``,
      row.means,
      severityOf("held", [code]),
      adviceFor("held", [code], context)[0] ?? adviceForObjects([code], context)[0] ?? "",
    ]);
  return markdownTable(["reason", "meaning", "severity at least", "what the alert advises"], rows);
}
