import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { locked } from "../../sandbox/lock.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bucketseal-lock-"));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

/** The id of a process that has ended. */
function gone(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid ?? 0;
}

async function left(name: string, pid: number | null): Promise<string> {
  const lock = join(folder, name);
  await mkdir(lock);
  if (pid !== null) await writeFile(join(lock, "pid"), String(pid));
  return lock;
}

describe("a lock", () => {
  test("of a process that is gone is taken over at once", async () => {
    const lock = await left("gone", gone());
    const began = Date.now();
    expect(await locked(lock, async () => "done")).toBe("done");
    expect(Date.now() - began).toBeLessThan(1_500);
    await expect(stat(lock)).rejects.toThrow(/ENOENT/);
  });

  test("that names nobody is taken over after some seconds", async () => {
    const lock = await left("nameless", null);
    await utimes(lock, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    expect(await locked(lock, async () => "done")).toBe("done");
  });

  test("of a living process is waited for, which is said once, with its id", async () => {
    const lock = await left("alive", process.pid);
    const said: number[] = [];
    setTimeout(() => void rm(lock, { recursive: true }), 3_000);
    expect(await locked(lock, async () => "done", { waiting: (pid) => said.push(pid) })).toBe("done");
    expect(said).toEqual([process.pid]);
  });

  test("is no longer waited for when the signal is aborted", async () => {
    const lock = await left("aborted", process.pid);
    await expect(locked(lock, async () => "done", { signal: AbortSignal.timeout(300) })).rejects.toThrow(/abort/i);
  });

  test("lets one at a time work, of many", async () => {
    const lock = await left("many", gone());
    let atWork = 0;
    let most = 0;
    const work = async () => {
      atWork += 1;
      most = Math.max(most, atWork);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atWork -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => locked(lock, work)));
    expect(most).toBe(1);
  });
});
