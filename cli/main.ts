#!/usr/bin/env node
import { runCommand } from "citty";
import manifest from "../package.json" with { type: "json" };
import { explainError } from "./explain-error.ts";
import { resolveCommand } from "./resolve-command.ts";
import { root } from "./root.ts";
import { usage } from "./usage.ts";

// A reader that went away (`| head`) must not stop an apply half-way: the rest of the output is dropped.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
process.once("SIGINT", () => process.exit(130));
process.exitCode = await main(process.argv.slice(2));

// --- internal ---

async function main(argv: readonly string[]): Promise<number> {
  try {
    const found = await resolveCommand(root, argv);
    if (found.version) return print(manifest.version);
    if (found.help) return print(await usage(found.command, found.path));
    const { result } = await runCommand(found.command, { rawArgs: [...found.rawArgs] });
    return typeof result === "number" ? result : 0;
  } catch (error) {
    const { code, message } = explainError(error);
    if (argv.includes("--json")) print(JSON.stringify({ error: { code, message } }, null, 2));
    process.stderr.write(`bucketseal: ${message}\n`);
    if (process.env.BUCKETSEAL_DEBUG) console.error(error);
    return 1;
  }
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
