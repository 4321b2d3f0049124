import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { eventually } from "../support/local-aws/eventually.ts";

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

test("npm run sandbox takes everything down when npm itself is terminated", { timeout: 120_000 }, async () => {
  const port = await freePort();
  const env = { ...process.env, SANDBOX_PORT: String(port) };
  const npm = spawn("npm", ["run", "sandbox"], { cwd: root, env, stdio: "ignore" });
  const isUp = async (wanted: boolean) => ((await isOpen(port)) === wanted ? true : undefined);
  expect(await eventually("the sandbox to listen", () => isUp(true), 60_000)).toBe(true);
  npm.kill("SIGTERM");
  expect(await eventually("the sandbox to be gone", () => isUp(false), 30_000)).toBe(true);
});
