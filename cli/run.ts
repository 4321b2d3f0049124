import { runCommand } from "citty";
import { explainError } from "./line/explain-error.ts";
import { resolveCommand } from "./line/resolve-command.ts";
import { usage } from "./line/usage.ts";
import { root } from "./root.ts";
import { printableJson } from "./terminal/printable.ts";
import { version } from "./version.ts";

/**
 * Runs one command line and returns its exit code. Never throws: errors are one sentence on stderr.
 */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    const found = await resolveCommand(root, argv);
    if (found.version) return print(version);
    if (found.help) return print(await usage(found.command, found.path));
    const { result } = await runCommand(found.command, { rawArgs: [...found.rawArgs] });
    return typeof result === "number" ? result : 0;
  } catch (error) {
    const { code, message } = explainError(error);
    if (argv.includes("--json")) print(printableJson({ error: { code, message } }));
    process.stderr.write(`bucketseal: ${message}\n`);
    if (process.env.BUCKETSEAL_DEBUG) console.error(error);
    return 1;
  }
}

// --- internal ---

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
