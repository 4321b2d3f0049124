import { cut } from "#core/cut";
import type { Alert } from "./schema.ts";

/**
 * The alert with its texts cut as far as needed for `render` to keep within `max` bytes: an alert
 * that is too large is refused for ever, and one that says less is still an alert. Its texts have a
 * length of their own already; this holds for whatever they add up to, and for what an earlier
 * version left in the ledger. Its id and the names of its fields stay.
 */
export function fitting<Rendered>(
  alert: Alert,
  render: (alert: Alert) => Rendered,
  bytesOf: (rendered: Rendered) => number,
  max: number,
): Rendered {
  const whole = render(alert);
  if (bytesOf(whole) <= max) return whole;
  const shorter = render({ ...shortened(alert, SHORT), id: alert.id });
  return bytesOf(shorter) <= max ? shorter : render({ ...shortened(alert, SHORTEST), id: alert.id });
}

// --- internal ---

const SHORT = { text: 500, items: 60 };
const SHORTEST = { text: 100, items: 30 };

function shortened<T>(value: T, limit: typeof SHORT): T;
function shortened(value: unknown, limit: typeof SHORT): unknown {
  if (typeof value === "string") return cut(value, limit.text);
  if (Array.isArray(value)) return value.slice(0, limit.items).map((each) => shortened(each, limit));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shortened(each, limit)]));
}
