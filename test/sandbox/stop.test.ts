import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isAlive } from "../../sandbox/lock.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { isSoak } from "../support/soak.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Whether a process listens there. */
function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

/** What `bucketseal plan` shows to a person who pastes the printed lines into another terminal. */
async function planAsPrinted(text: string): Promise<string> {
  const lines = text.split("\n").filter((line) => /^ {2}(unset|export|bucketseal)/.test(line));
  const shell = spawn("sh", ["-c", lines.join("\n")], { cwd: root, env: { PATH: process.env.PATH, HOME: tmpdir() } });
  let shown = "";
  shell.stdout.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  await once(shell, "close");
  return shown;
}

test("npm run sandbox stops everything when npm itself is terminated", { timeout: 120_000 }, async () => {
  const port = await freePort();
  const env = { ...process.env, SANDBOX_PORT: String(port) };
  const npm = spawn("npm", ["run", "sandbox"], { cwd: root, env, stdio: "ignore" });
  const isUp = async (wanted: boolean) => ((await isOpen(port)) === wanted ? true : undefined);
  expect(await eventually("the sandbox to listen", () => isUp(true), 60_000)).toBe(true);
  npm.kill("SIGTERM");
  expect(await eventually("the sandbox to be gone", () => isUp(false), 30_000)).toBe(true);
});

/** Moments of a start that take a deployment to reach: in the soak only. */
const LATER: [moment: string, milliseconds: number][] = [
  ["deploying the stacks with sst deploy", 1_500],
  ["ready", 0],
];

test.each([["starting the local AWS", 200], ...(isSoak ? LATER : [])])(
  "npm run sandbox, ended by Ctrl-C after %j, leaves no lock, no outputs and no local AWS",
  { timeout: 120_000 },
  async (moment, milliseconds) => {
    const port = await freePort();
    const temporary = await mkdtemp(join(tmpdir(), "bucketseal-stop-"));
    const env = { ...process.env, SANDBOX_PORT: String(port), SANDBOX_SEED: "readme", TMPDIR: temporary };
    // As a terminal does it: the signal goes to every process of the group, and npm passes its own
    // on as well.
    const npm = spawn("npm", ["run", "sandbox"], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let text = "";
    for (const stream of [npm.stdout, npm.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    await eventually(moment, async () => (text.includes(moment) ? true : undefined), 90_000);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    if (moment === "ready") expect(await planAsPrinted(text)).toContain("5 buckets: 1 would change, 1 held");
    const ended = once(npm, "close");
    process.kill(-(npm.pid ?? 0), "SIGINT");
    await ended;
    expect(
      await eventually("the sandbox to be gone", async () => ((await isOpen(port)) ? undefined : true), 20_000),
    ).toBe(true);
    const lock = join(root, ".sandbox", "deploy.lock", "pid");
    const holder = await readFile(lock, "utf8").catch(() => null);
    expect(holder === null || isAlive(Number(holder))).toBe(true);
    expect(await readdir(join(root, ".sandbox"))).not.toContain(`outputs-${port}.json`);
    expect((await readdir(temporary)).filter((name) => name.startsWith("bucketseal-local-aws-"))).toEqual([]);
    await rm(temporary, { recursive: true, force: true });
  },
);
