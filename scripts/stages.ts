import { spawn } from "node:child_process";

/** A command of a stage of the tests. */
export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Whether it yields the processor to the steps beside it. Default: no. */
  readonly yields?: boolean;
  /** Extra environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Steps that run one after the other, whatever becomes of those before them. */
export type Row = Step | readonly Step[];

/**
 * Runs stages one after the other, and the rows of a stage in parallel. Output is kept apart: the
 * first row's is printed at once, each other one's when those before it are done. Ends the process
 * after the first stage in which a step fails, with that step's exit code, and with the last lines
 * of what failed: where a log is cut, its end is what is read.
 */
export async function runStages(stages: readonly (readonly Row[])[]): Promise<void> {
  const started = performance.now();
  for (const rows of stages) {
    const running = rows.map((row) => runRow(Array.isArray(row) ? row : [row as Step]));
    const codes: number[] = [];
    for (const each of running) codes.push(await each.shown());
    const failed = codes.find((code) => code !== 0);
    if (failed === undefined) continue;
    for (const { name, last } of running.flatMap((each) => each.failures())) {
      process.stdout.write(`\n== failed: ${name}; its last lines once more\n${last}\n`);
    }
    process.exit(failed);
  }
  process.stdout.write(`\n== all: ${secondsSince(started)} s\n`);
}

// --- internal ---

interface Running {
  readonly ended: Promise<number>;
  /** Prints the buffered output, then the rest as it arrives; returns the exit code. */
  shown(): Promise<number>;
  /** What has failed so far. */
  failures(): readonly Failure[];
}

interface Failure {
  readonly name: string;
  /** Its last lines. */
  readonly last: string;
}

/** Lines of a failed step that are printed once more. */
const LAST_LINES = 120;

/** Starts each step when the one before it has ended. */
function runRow(steps: readonly Step[]): Running {
  let isShown = false;
  const running: Running[] = [];
  const ended = (async () => {
    let failed = 0;
    for (const step of steps) {
      const each = run(step);
      running.push(each);
      if (isShown) void each.shown();
      failed = (await each.ended) || failed;
    }
    return failed;
  })();
  ended.catch(() => undefined);
  return {
    ended,
    shown: () => {
      isShown = true;
      for (const each of running) void each.shown();
      return ended;
    },
    failures: () => running.flatMap((each) => each.failures()),
  };
}

function run({ name, command, args, yields = false, env = {} }: Step): Running {
  const started = performance.now();
  // A pipe is not a terminal: without this the output would lose its colours.
  const colours = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  const [program, ...words] = [...(yields ? ["nice"] : []), command, ...args] as const;
  const child = spawn(program ?? command, words, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...colours, ...env },
  });
  const kept: (string | Buffer)[] = [`\n== ${name}\n`];
  let print = (chunk: string | Buffer): void => void kept.push(chunk);
  let last = "";
  let code: number | null = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      print(chunk);
      last = `${last}${chunk}`.split("\n").slice(-LAST_LINES).join("\n");
    });
  }
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      code = status;
      print(`== ${name}: ${secondsSince(started)} s\n`);
      resolve(code ?? 1);
    });
  });
  // A step that cannot be started is reported when its turn comes.
  ended.catch(() => undefined);
  return {
    ended,
    shown: () => {
      print = (chunk) => void process.stdout.write(chunk);
      for (const chunk of kept.splice(0)) print(chunk);
      return ended;
    },
    failures: () => (code === 0 ? [] : [{ name, last }]),
  };
}

function secondsSince(started: number): number {
  return Math.round((performance.now() - started) / 1000);
}
