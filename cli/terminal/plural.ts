/** A count with its noun: `1 bucket`, `2 buckets`. */
export function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
