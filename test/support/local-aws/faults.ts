/** A fault of the local AWS, see sandbox/local_aws/faults/faults.py. */
export interface Fault {
  readonly kind:
    | "throttle"
    | "kmsThrottle"
    | "expired"
    | "error500"
    | "timeout"
    | "twice"
    | "after500"
    | "slow"
    | "eventTwice"
    | "eventLost"
    | "eventLate";
  readonly service?: string;
  readonly api?: string;
  readonly bucket?: string;
  readonly function?: string;
  readonly probability?: number;
  readonly seed?: number;
  readonly times?: number;
  readonly delayMs?: number;
}

/** Injects faults into a local AWS while `work` runs, then ends them. */
export async function withFaults<T>(endpoint: string, faults: readonly Fault[], work: () => Promise<T>): Promise<T> {
  const control = `${endpoint}/_bucketseal/faults`;
  const answer = await fetch(control, { method: "PUT", body: JSON.stringify(faults) });
  if (!answer.ok) throw new Error(`the local AWS refused the faults: ${await answer.text()}`);
  try {
    return await work();
  } finally {
    await fetch(control, { method: "DELETE" });
  }
}
