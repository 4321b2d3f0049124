/** A thread that has loaded the CLI and runs one command line after the other. */

import { parentPort } from "node:worker_threads";
import { run } from "../../cli/run.ts";
import type { CliRun, ThreadOrder } from "../cli/run-cli.ts";

const written = { stdout: "", stderr: "" };
for (const name of ["stdout", "stderr"] as const) {
  process[name].write = (chunk: string | Uint8Array) => {
    written[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    return true;
  };
}

parentPort?.on("message", async ({ args, env }: ThreadOrder) => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  Object.assign(written, { stdout: "", stderr: "" });
  const code = await run(args);
  parentPort?.postMessage({ code, ...written } satisfies CliRun);
});
