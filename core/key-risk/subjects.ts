import { parseKmsArn } from "#core/key/arn";
import { healthOf, type KeyHealth, type KeyLook } from "./health.ts";

/** What is told by itself: a key, or an alias that names none, or another one than it should. */
export interface KeySubject {
  readonly look: KeyLook;
  readonly health: KeyHealth;
  /** Every ARN by which a bucket or the policy may name it. */
  readonly names: ReadonlySet<string>;
}

/**
 * What there is to tell of looks at keys and aliases. The state of a key is told under its own ARN,
 * so that a key with two names is told once; an alias by itself only for what it names.
 */
export function subjectsOf(looks: readonly KeyLook[]): KeySubject[] {
  const subjects = new Map<string, KeySubject>();
  for (const subject of looks.flatMap(bothOf)) {
    const other = subjects.get(subject.look.arn);
    subjects.set(subject.look.arn, { ...subject, names: new Set([...(other?.names ?? []), ...subject.names]) });
  }
  return [...subjects.values()];
}

// --- internal ---

function bothOf(look: KeyLook): KeySubject[] {
  const { arn, pin } = look;
  const health = healthOf(look);
  const { key } = health;
  if (parseKmsArn(arn)?.kind !== "alias") return [{ look, health, names: new Set([arn]) }];
  // Buckets under the key that it named before depend on it, too.
  const own = { look, health, names: new Set([arn, ...(pin === null ? [] : [pin])]) };
  if (key === null || health.state === "moved") return [own];
  const behind = { ...look, arn: key, pin: null };
  return [
    { ...own, health: { ...health, kind: "usable" }, names: new Set([arn]) },
    { look: behind, health: healthOf(behind), names: new Set([key, arn]) },
  ];
}
