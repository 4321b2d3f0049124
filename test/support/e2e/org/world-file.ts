import { readFile, rename, writeFile } from "node:fs/promises";
import type { SandboxOutputs } from "../../../../sandbox/outputs.ts";
import { startWorld } from "./start-world.ts";
import type { World } from "./world.ts";

/**
 * Makes the organization beside the tests that need none: those that do wait for its file, which
 * holds it, or why it could not be made.
 */
export async function worldInto(file: string, sandbox: SandboxOutputs): Promise<World | null> {
  try {
    const world = await startWorld(sandbox);
    await whole(file, world);
    return world;
  } catch (error) {
    await whole(file, { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    return null;
  }
}

/** The organization in the file, or why there is none; `null`: not yet, or nobody makes one. */
export async function worldIn(file: string): Promise<World | { readonly failed: string } | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  return text === null ? null : (JSON.parse(text) as World | { readonly failed: string });
}

// --- internal ---

/** Nobody reads half of it. */
async function whole(file: string, content: object): Promise<void> {
  await writeFile(`${file}.part`, JSON.stringify(content));
  await rename(`${file}.part`, file);
}
