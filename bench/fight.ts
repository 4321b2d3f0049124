import { type Fight, fightOf, soFar } from "../test/support/simulation/fight.ts";

/**
 * Our writes and alerts in a fight of ten minutes, in virtual time, for each way to fight. Prints
 * one line each.
 *
 *     node bench/fight.ts
 */
const TEN_MINUTES = 600_000;
const WRITES = 6;
const ALERTS = 2;

const fights: Readonly<Record<string, Fight>> = {
  "put back at once": { every: 50, what: ["aes"] },
  "put back every second": { every: 1_000, what: ["aes"] },
  "put back every minute": { every: 60_000, what: ["aes"] },
  "another configuration each time": { every: 1_000, what: ["aes", "another key", "SSE-C allowed"] },
  "to and fro every second": { every: 1_000, what: ["aes"], toggles: true },
};

for (const [name, fight] of Object.entries(fights)) {
  const simulation = fightOf(fight);
  await simulation.run();
  const { writes, alerts } = soFar(simulation, TEN_MINUTES);
  const met = (count: number, goal: number) => `(goal ${goal}: ${count <= goal ? "met" : "missed"})`;
  console.log(
    `${name}: ${writes} writes ${met(writes, WRITES)}, ${alerts.length} alerts ${met(alerts.length, ALERTS)}`,
  );
}
