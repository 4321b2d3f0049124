import module from "node:module";

/**
 * The bare client as a program of its own, started like the CLI: with the same cache of compiled
 * code.
 */
module.enableCompileCache?.();
const { bareClient } = await import("./client.ts");
console.log(await bareClient());
