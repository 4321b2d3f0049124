import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Runs a program of this repository with the terminal as its own, and returns its exit code. A
 * signal that ends this process ends it too; telemetry of SST and CDK is off.
 */
export function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...environment,
        PATH: [join(root, "node_modules", ".bin"), environment.PATH].join(delimiter),
        SST_TELEMETRY_DISABLED: "1",
        CDK_DISABLE_CLI_TELEMETRY: "true",
      },
    });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    process.on("SIGINT", pass).on("SIGTERM", pass);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGINT", pass).off("SIGTERM", pass);
      resolve(code ?? (signal === null ? 1 : 130));
    });
  });
}

// --- internal ---

const root = fileURLToPath(new URL("../..", import.meta.url));
