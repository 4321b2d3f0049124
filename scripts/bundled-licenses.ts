import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The licence texts of the packages in a bundle, each text once, for the file that is published
 * beside it.
 * @param inputs - paths of the bundle's inputs relative to `root`, as in esbuild's metafile
 */
export async function bundledLicenses(root: string, inputs: readonly string[]): Promise<string> {
  const folders = [...new Set(inputs.map(packageFolder).filter((folder) => folder !== null))].sort();
  const byText = new Map<string, string[]>();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(
      await readFile(join(root, folder, "package.json"), "utf8"),
    ) as Manifest;
    const text = (await licenseText(join(root, folder))) ?? `License: ${license ?? "see the package"}`;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
  }
  const parts = [...byText].map(([text, packages]) => `${packages.join("\n")}\n\n${text.trim()}\n`);
  return `This file is for the packages that are bundled into bucketseal.mjs.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

// --- internal ---

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/**
 * `node_modules/@aws-sdk/core` of `node_modules/@aws-sdk/core/dist-es/index.js`; the innermost
 * where they are nested.
 */
function packageFolder(input: string): string | null {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return found?.[1] ?? null;
}

async function licenseText(folder: string): Promise<string | null> {
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  return file === undefined ? null : readFile(join(folder, file), "utf8");
}
