/** How much an alert matters, from low to high. */
export const severities = ["info", "low", "medium", "high", "critical"] as const;

export type Severity = (typeof severities)[number];
