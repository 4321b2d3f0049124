import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy to AWS that holds one call. */
export interface HoldingProxy {
  readonly endpoint: string;
  /** Resolves when the call has arrived. */
  readonly held: Promise<void>;
  /** Lets the call go on. */
  release(): void;
  close(): Promise<void>;
}

/**
 * Passes every request on to `endpoint`, and holds the `count`th call of one API (`X-Amz-Target`,
 * its last part) until it is released.
 */
export async function holdingProxy(endpoint: string, api: string, count: number): Promise<HoldingProxy> {
  const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let calls = 0;
  const server = createServer(async (incoming, answer) => {
    const isMeant = String(incoming.headers["x-amz-target"] ?? "").endsWith(`.${api}`);
    if (isMeant && ++calls === count) {
      held.resolve();
      await released.promise;
    }
    const { method, headers, url = "/" } = incoming;
    const passed = request(new URL(url, endpoint), { method, headers }, (from) => {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held: held.promise,
    release: released.resolve,
    close: async () => {
      released.resolve();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
