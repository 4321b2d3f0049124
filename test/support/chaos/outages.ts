import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../local-aws/faults.ts";
import { weather } from "./weather.ts";

/**
 * Services that are away for a while, one after the other, for the functions alone, while the
 * weather goes on. People reach them.
 */
export async function outages(endpoint: string, functions: readonly string[], seed: number): Promise<void> {
  for (const [service, milliseconds] of AWAY) {
    await order(endpoint, [...away(service, functions), ...weather(functions, seed, true)]);
    await sleep(milliseconds);
  }
  await order(endpoint, weather(functions, seed, true));
}

// --- internal ---

const AWAY: readonly (readonly [service: string, milliseconds: number])[] = [
  ["dynamodb", 20_000],
  ["sns", 30_000],
  ["ssm", 10_000],
  ["kms", 10_000],
];

function away(service: string, functions: readonly string[]): readonly Fault[] {
  return functions.map((name) => ({ kind: "error500", service, function: name }));
}

async function order(endpoint: string, faults: readonly Fault[]): Promise<void> {
  const answer = await fetch(`${endpoint}/_bucketseal/faults`, { method: "PUT", body: JSON.stringify(faults) });
  if (!answer.ok) throw new Error(`the local AWS refused the faults: ${await answer.text()}`);
}
