import { setTimeout as sleep } from "node:timers/promises";
import type { Alert } from "#core/alert/schema";
import type { Scene } from "./scene.ts";

const PATIENCE_MS = 60_000;

/** The `count`th alert about a bucket's configuration. */
export async function bucketAlert(
  scene: Scene,
  bucket: string,
  count: number,
  outcome: Alert["outcome"],
): Promise<Alert> {
  const alert = await until(scene, `that the bucket was ${outcome}`, async () =>
    (await about(scene, bucket)).filter(({ objects }) => objects === null).at(count - 1),
  );
  if (alert.outcome === outcome) return alert;
  throw new Error(`expected "${outcome}", but the bucket was ${alert.outcome}: ${alert.reasons.join("; ")}`);
}

/** The alerts about a bucket's objects, once there are enough of them. */
export async function objectAlerts(
  scene: Scene,
  bucket: string,
  what: string,
  isEnough: (alerts: readonly Alert[]) => boolean,
): Promise<readonly Alert[]> {
  return until(scene, what, async () => {
    const alerts = (await about(scene, bucket)).filter(({ objects }) => objects !== null);
    return isEnough(alerts) ? alerts : undefined;
  });
}

/**
 * Polls until there is a result.
 * @throws Error where there is none in time.
 */
export async function until<T>({ signal }: Scene, what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100, undefined, { signal })) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`not seen within ${PATIENCE_MS / 1000} s: ${what}`);
}

// --- internal ---

async function about({ inbox }: Scene, name: string): Promise<Alert[]> {
  return (await inbox.alerts()).filter(({ bucket }) => bucket === name);
}
