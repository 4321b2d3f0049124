#!/usr/bin/env node
/** The program `bucketseal`: its exit code is what `run` returns. */

import module from "node:module";

// Saves the tenth of a second that compiling the SDK takes. Node 20 has no such cache.
module.enableCompileCache?.();

// A closed pipe (`| head`) must not stop an apply half-way: the rest of the output is dropped.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
process.once("SIGINT", () => process.exit(130));

const { run } = await import("./run.ts");
process.exitCode = await run(process.argv.slice(2));
