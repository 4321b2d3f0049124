/**
 * Text that others write, cut to a length: it must never make an item, a message or a log too
 * large.
 */

/**
 * The greatest length of what others write, in UTF-16 units. What AWS really uses is shorter.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const longest = {
  /** Names and ids: sessions, services, events. */
  name: 256,
  /** An IAM ARN: a path of 512 and a name of 64. */
  arn: 700,
  /** The name of a KMS key: an alias of 256 as an ARN. */
  key: 512,
  /** Any other text, such as an error's. */
  text: 1000,
  /** A sentence of ours that quotes such texts. */
  reason: 2000,
} as const;

/**
 * The beginning of a text that is too long, marked by `…`. For what is only shown or remembered:
 * two texts that differ behind the cut look the same, so nothing is decided by a cut text.
 *
 * @param max - the longest result in UTF-16 units (at least 1); a cut never splits a surrogate pair
 */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - 1);
  return `${SPLIT.test(kept) ? kept.slice(0, -1) : kept}…`;
}

// --- internal ---

/** Ends with the first half of a surrogate pair. */
const SPLIT = /[\ud800-\udbff]$/;
