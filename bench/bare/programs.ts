import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildCli } from "../../scripts/build-cli.ts";

/** The published CLI and the bare clients, all bundled the same way into a new folder. */
export async function buildPrograms(): Promise<{
  readonly folder: string;
  readonly cli: string;
  readonly bare: string;
  readonly bareOrganization: string;
}> {
  const folder = await mkdtemp(join(tmpdir(), "bucketseal-plan-"));
  await buildCli(join(folder, "cli"));
  await build({
    absWorkingDir: root,
    entryPoints: { bare: "bench/bare/main.ts", "bare-organization": "bench/bare/organization-main.ts" },
    outdir: join(folder, "bare"),
    outExtension: { ".js": ".mjs" },
    splitting: true,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    minify: true,
    mainFields: ["module", "main"],
    banner: { js: 'import{createRequire as bareRequire}from"node:module";const require=bareRequire(import.meta.url);' },
    logLevel: "warning",
  });
  const bare = (name: string) => join(folder, "bare", `${name}.mjs`);
  const cli = join(folder, "cli", "bucketseal.mjs");
  return { folder, cli, bare: bare("bare"), bareOrganization: bare("bare-organization") };
}

// --- internal ---

const root = fileURLToPath(new URL("../..", import.meta.url));
