import { createServer } from "node:net";
import { SandboxError } from "./python.ts";

/**
 * The port of `npm run sandbox` unless SANDBOX_PORT names another: exported endpoints stay right.
 */
const DEFAULT_PORT = 4567;

/**
 * The port that SANDBOX_PORT asks for; without it the default one, or `undefined` (any free one) if
 * that is in use.
 */
export async function portOf(text: string | undefined): Promise<number | undefined> {
  if (text === undefined || text === "") return await freePort(DEFAULT_PORT).catch(() => undefined);
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new SandboxError(`SANDBOX_PORT is "${text}"; expected a port from 1 to 65535`);
}

/**
 * The given port if it is free, or any free one.
 * @throws {SandboxError} it is in use
 */
export async function freePort(port: number | undefined): Promise<number> {
  return await new Promise<number>((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (cause) =>
      reject(
        new SandboxError(`Port ${port} is in use: stop the process that uses it or choose another port.`, { cause }),
      ),
    );
    probe.listen(port ?? 0, "127.0.0.1", () => {
      const address = probe.address();
      const found = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(found));
    });
  });
}
