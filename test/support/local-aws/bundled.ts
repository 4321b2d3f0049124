import { build } from "esbuild";
import { zip } from "./zip.ts";

/** A function's zip file, with the packages it imports in it. */
export async function bundled(code: string): Promise<Uint8Array> {
  const bundle = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    write: false,
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return zip("index.mjs", bundle.outputFiles[0]?.text ?? "");
}
