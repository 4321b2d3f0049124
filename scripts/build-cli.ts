import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundledLicenses } from "./bundled-licenses.ts";
import { withoutLocales } from "./without-locales.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The bundle's folder; `bin` of package.json names `bucketseal.mjs` in it. */
export const bundleFolder = join(root, "dist/cli");

/**
 * Bundles the CLI with all dependencies into ES modules for Node 20 and later: the published
 * package has no dependency. The licences of bundled packages go beside them. It is split where the
 * sources import on demand, so a command loads only what it uses. Returns the size in bytes.
 */
export async function buildCli(outdir: string = bundleFolder): Promise<number> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: { bucketseal: "cli/main.ts" },
    outdir,
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[name]-[hash]",
    splitting: true,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    minify: true,
    legalComments: "none",
    plugins: [withoutLocales],
    mainFields: ["module", "main"],
    // CommonJS parts of the SDK call require for Node's own modules, which an ES module does not
    // have.
    banner: {
      js: 'import{createRequire as bucketsealRequire}from"node:module";const require=bucketsealRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  await writeFile(join(outdir, "LICENSES.txt"), await bundledLicenses(root, Object.keys(metafile.inputs)));
  await chmod(join(outdir, "bucketseal.mjs"), 0o755);
  return Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
}

// --- internal ---

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? bundleFolder;
  const size = await buildCli(folder);
  console.log(`${folder}: ${Math.round(size / 1024)} KB`);
}
