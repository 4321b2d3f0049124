import type { Alert } from "#core/alert/schema";
import { type Simulation, START } from "./simulation.ts";
import type { PolicyName } from "./story.ts";
import { asDeclared, type Configuration, perform, storyOf } from "./story.ts";

/** How somebody fights. */
export interface Fight {
  /** Milliseconds between two looks of theirs. */
  readonly every: number;
  /** What they set, in turns. */
  readonly what: readonly Configuration[];
  /** Who does it, in turns. Default: ci alone. */
  readonly who?: readonly string[];
  /** Milliseconds until they stop. Default: ten minutes. */
  readonly lasts?: number;
  /** Whether they set what is declared where they find their own configuration: a toggle. */
  readonly toggles?: boolean;
  readonly policy?: PolicyName;
  /** Milliseconds for which S3 may show an earlier state. */
  readonly stale?: number;
}

/** Somebody who comes back again and again and puts the bucket back, in virtual time. */
export function fightOf(fight: Fight, choices: readonly number[] = []): Simulation {
  const { every, what, who = ["ci"], lasts = 600_000, toggles = false, policy = "enforce", stale = 0 } = fight;
  const simulation = storyOf(choices, { stale, crashes: 0, faults: 0 }, [], policy);
  const { aws, clock } = simulation;
  let turn = 0;
  const act = () => {
    if (clock.now - START > lasts) return;
    const name = who[turn % who.length] ?? "ci";
    const isDeclared = JSON.stringify(aws.encryption) === JSON.stringify(asDeclared);
    if (isDeclared) perform(simulation, { kind: "put", who: name, what: what[turn++ % what.length] ?? "aes" });
    else if (toggles) perform(simulation, { kind: "put", who: name, what: "as declared" });
    clock.in(every, act);
  };
  clock.in(1, act);
  return simulation;
}

/** What had happened after so many milliseconds. */
export function soFar(
  { aws }: Simulation,
  milliseconds = Number.POSITIVE_INFINITY,
): { writes: number; alerts: Alert[] } {
  const isPast = ({ at }: { readonly at: number }) => at - START <= milliseconds;
  return {
    writes: aws.writes.filter(isPast).length,
    alerts: aws.published.filter(isPast).map(({ alert }) => alert),
  };
}

/** Our changes that no alert tells, and those that several tell. */
export function misTold({ aws }: Simulation): string[] {
  const alerts = [...new Map(aws.published.map(({ alert }) => [alert.id, alert])).values()];
  const told = alerts.flatMap(({ id, repeated }) => [
    id,
    ...(repeated?.folded.flatMap(({ changes }) => changes) ?? []),
  ]);
  return aws.writes.flatMap(({ intent }) => {
    const times = told.filter((id) => id === intent?.id).length;
    return times === 1 ? [] : [`${intent?.id} is told ${times} times`];
  });
}
