import { readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

/**
 * Bundles every Lambda of functions/ into dist/functions/NAME/index.mjs: ESM, minified, with source maps and the AWS SDK, so that
 * what runs is what the lockfile says.
 */
export async function buildFunctions(): Promise<void> {
  const names = readdirSync("functions").filter((file) => file.endsWith(".ts"));
  rmSync("dist/functions", { recursive: true, force: true });
  for (const file of names) {
    await build({
      entryPoints: [`functions/${file}`],
      outfile: `dist/functions/${file.slice(0, -3)}/index.mjs`,
      bundle: true,
      minify: true,
      sourcemap: "linked",
      sourcesContent: false,
      platform: "node",
      target: "node24",
      format: "esm",
      mainFields: ["module", "main"],
      conditions: ["module", "import", "node"],
      legalComments: "none",
      banner: {
        js: 'import{createRequire as createRequireOfBundle}from"node:module";const require=createRequireOfBundle(import.meta.url);',
      },
      logLevel: "warning",
    });
  }
}

if (import.meta.main) await buildFunctions();
