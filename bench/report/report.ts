import { availableParallelism, cpus, loadavg } from "node:os";

/** One result, as the tables print it. */
export interface Row {
  readonly what: string;
  readonly result: string;
  /** The goal; left out where there was none. */
  readonly goal?: string;
  readonly met?: boolean;
  /** Important enough for the README, with Cloud Custodian's figure if that was measured. */
  readonly headline?: { readonly custodian?: string };
}

/** The document of `--json`. */
export interface Report {
  readonly bench: string;
  readonly machine: Machine;
  readonly rows: readonly Row[];
  /** How it was measured, and what the figures do not cover. */
  readonly notes: readonly string[];
}

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  /** Over the last minute; it shows other work on the machine. */
  readonly load: number;
}

/** Prints plain lines, or with `--json` one document. */
export function report(bench: string, rows: readonly Row[], notes: readonly string[]): void {
  const document: Report = { bench, machine: machine(), rows, notes };
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify(document, null, 2));
    return;
  }
  for (const row of rows) console.log(`${row.what}: ${row.result}${verdict(row)}`);
  for (const note of notes) console.log(`  ${note}`);
  console.log(`  ${machineText(document.machine)}`);
}

export function machine(): Machine {
  const [load = 0] = loadavg();
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    node: process.version,
    load: Math.round(load * 100) / 100,
  };
}

export function machineText({ cores, cpu, node, load }: Machine): string {
  return `${cores} cores (${cpu}), Node ${node}, load average ${load}`;
}

// --- internal ---

function verdict({ goal, met }: Row): string {
  if (goal === undefined) return "";
  return ` (goal ${goal}: ${met ? "met" : "missed"})`;
}
