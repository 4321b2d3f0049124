import { resolve } from "node:path";
import { removeOutputs, startSandbox, writeOutputs } from "./sandbox.ts";
import { until } from "./until-signal.ts";

/** `npm run sandbox`: a local AWS with Bucketseal deployed, until SIGINT or SIGTERM. */
const { signal, stopped } = until(process);
try {
  const port = portOf(process.env.SANDBOX_PORT);
  const policy = process.env.SANDBOX_POLICY === undefined ? undefined : resolve(process.env.SANDBOX_POLICY);
  const sandbox = await startSandbox({ port, policy, signal, step: (what) => console.error(`sandbox: ${what}`) });
  try {
    await writeOutputs(sandbox.outputs);
    console.log(`ready ${JSON.stringify(sandbox.outputs)}`);
    await stopped;
  } finally {
    await removeOutputs(sandbox.outputs);
    await sandbox.stop();
  }
} catch (error) {
  if (!signal.aborted) {
    console.error(`sandbox: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`SANDBOX_PORT is "${text}"; expected a port from 1 to 65535`);
}
