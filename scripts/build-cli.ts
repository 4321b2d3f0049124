import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundledLicenses } from "./bundled-licenses.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Where the bundle goes; `bin` of package.json names it. */
export const bundlePath = join(root, "dist/cli/bucketseal.mjs");

/**
 * Bundles the CLI with everything it needs into one ES module for Node 20 and later, so that the published package has no dependency;
 * the licences of what is inside go beside it. Answers its size in bytes.
 */
export async function buildCli(outfile: string = bundlePath): Promise<number> {
  await mkdir(dirname(outfile), { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: [join(root, "cli/main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    minify: true,
    legalComments: "none",
    mainFields: ["module", "main"],
    // CommonJS parts of the SDK call require for Node's own modules, which an ES module does not have.
    banner: {
      js: 'import{createRequire as bucketsealRequire}from"node:module";const require=bucketsealRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  await writeFile(join(dirname(outfile), "LICENSES.txt"), await bundledLicenses(root, Object.keys(metafile.inputs)));
  await chmod(outfile, 0o755);
  return (await stat(outfile)).size;
}

// --- internal ---

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = await buildCli();
  console.log(`${bundlePath}: ${Math.round(size / 1024)} KB`);
}
