import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { onlyVersions } from "./only-versions.ts";
import { shakenZod } from "./shaken-zod.ts";
import { withoutLocales } from "./without-locales.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Bundles every Lambda of functions/ into FOLDER/NAME/index.mjs: ESM, minified, with source maps
 * and the AWS SDK, which pins what runs to the lockfile. Returns the names.
 */
export async function buildFunctions(folder: string = join(root, "dist/functions")): Promise<string[]> {
  const names = readdirSync(join(root, "functions"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -3));
  rmSync(folder, { recursive: true, force: true });
  await Promise.all(names.map((name) => bundle(name, join(folder, name, "index.mjs"))));
  return names;
}

// --- internal ---

async function bundle(name: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [`functions/${name}.ts`],
    outfile,
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
    plugins: [withoutLocales, shakenZod, onlyVersions, credentialsOfLambda],
    banner: {
      js: 'import{createRequire as createRequireOfBundle}from"node:module";const require=createRequireOfBundle(import.meta.url);',
    },
    logLevel: "warning",
  });
}

/**
 * Lambda passes credentials in environment variables, where the SDK's chain looks first; the rest
 * of the chain (profiles, SSO, web identity, instance metadata) is a tenth of a bundle and never
 * runs there.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
const credentialsOfLambda: Plugin = {
  name: "credentials-of-lambda",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({ path: "env", namespace: "credentials" }));
    onLoad({ filter: /.*/, namespace: "credentials" }, () => ({
      contents: 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
      resolveDir: root,
    }));
  },
};

if (import.meta.main) await buildFunctions();
