import { relative, resolve } from "node:path";
import { howToUse } from "./how-to-use.ts";
import { portOf } from "./port.ts";
import { SandboxError } from "./python.ts";
import { readmeAccount } from "./readme-account.ts";
import { removeOutputs, startSandbox, writeOutputs } from "./sandbox.ts";
import { until } from "./until-signal.ts";

/** `npm run sandbox`: a local AWS with Bucketseal deployed, until SIGINT or SIGTERM. */
const { signal, stopped } = until(process);
try {
  const port = await portOf(process.env.SANDBOX_PORT);
  const wantsReadme = isReadme(process.env.SANDBOX_SEED);
  const policy = process.env.SANDBOX_POLICY === undefined ? undefined : resolve(process.env.SANDBOX_POLICY);
  const sandbox = await startSandbox({ port, policy, signal, step: (what) => console.error(`sandbox: ${what}`) });
  try {
    const { outputs } = sandbox;
    const readme = wantsReadme ? await readmeAccount(outputs.endpoint, outputs.region) : null;
    const [file = ""] = await writeOutputs(outputs);
    console.log(howToUse(outputs, { file: relative(process.cwd(), file), readme }));
    // The outputs for programs; on a terminal they would fill the screen.
    if (!process.stdout.isTTY) console.log(`ready ${JSON.stringify(outputs)}`);
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

/** Whether SANDBOX_SEED asks for the account of README.md's sessions. */
function isReadme(text: string | undefined): boolean {
  if (text === undefined || text === "") return false;
  if (text === "readme") return true;
  throw new SandboxError(`SANDBOX_SEED is "${text}"; expected readme, or nothing`);
}
