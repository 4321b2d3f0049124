import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Runs with the files of an organization and of `test/e2e/org/policy.yaml`, in which the ids are
 * filled in.
 */
export async function withOrgFiles<T>(
  settings: object,
  ids: Readonly<Record<"STRICT" | "MOVING" | "HUB", string>>,
  run: (files: { readonly org: string; readonly policy: string }) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "bucketseal-org-"));
  const files = { org: join(directory, "org.json"), policy: join(directory, "policy.yaml") };
  try {
    await writeFile(files.org, JSON.stringify({ org: settings }));
    const text = await readFile("test/e2e/org/policy.yaml", "utf8");
    await writeFile(
      files.policy,
      Object.entries(ids).reduce((all, [name, id]) => all.replaceAll(`$${name}`, id), text),
    );
    return await run(files);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
