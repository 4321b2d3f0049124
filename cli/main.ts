#!/usr/bin/env node
/** The program `bucketseal`: its exit code is what `run` returns. */

import module from "node:module";

// Saves the tenth of a second that compiling the SDK takes. Node 20 has no such cache.
module.enableCompileCache?.();

// Output that nobody takes (`| head`, a full disk) must not stop an apply half-way: the rest of it
// is dropped. A full disk is an error all the same, told once on stderr.
let lost = false;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE" || lost) return;
  lost = true;
  process.stderr.write(
    `bucketseal: cannot write to stdout: ${error.code === "ENOSPC" ? "no space left" : error.code}\n`,
  );
  process.exitCode = 1;
});
process.stderr.on("error", () => undefined);
process.once("SIGINT", () => process.exit(130));

const { run } = await import("./run.ts");
const code = await run(process.argv.slice(2));
process.exitCode = lost ? 1 : code;
