import { globSync, readFileSync } from "node:fs";
import { runStages } from "./stages.ts";

/** `npm run test:soak`: every test file that is short in `npm test`, at its full length. */
const files = globSync("test/**/*.test.ts").filter((file) => readFileSync(file, "utf8").includes("support/soak.ts"));

await runStages([[{ name: "soak", command: "vitest", args: ["run", ...files.sort()], env: { BUCKETSEAL_SOAK: "1" } }]]);
