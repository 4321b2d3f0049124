import { readFileSync } from "node:fs";

/** The version of Bucketseal that is deployed: `sst deploy` runs in the repository's root. */
export function version(): string {
  return (JSON.parse(readFileSync("package.json", "utf8")) as { version: string }).version;
}
