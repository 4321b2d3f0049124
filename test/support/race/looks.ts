import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { LoggedCall } from "../local-aws/local-aws.ts";

/** Watches the call log, as it grows, for a function's looks at objects. */
export interface Looks {
  /**
   * Resolves when the function has looked at the key, counted from now on, or after this many
   * milliseconds.
   */
  next(bucket: string, key: string, milliseconds: number): Promise<void>;
  /** Milliseconds since the function last looked at anything in the bucket. */
  quietFor(bucket: string): number;
  stop(): Promise<void>;
}

/** @param by - the name of the function */
export async function hearLooks(callLog: string, by: string): Promise<Looks> {
  const file = await open(callLog);
  const waiting = new Map<string, () => void>();
  const last = new Map<string | null, number>();
  const buffer = Buffer.alloc(1 << 20);
  let offset = (await file.stat()).size;
  let rest = "";
  let stopped = false;

  const hear = (text: string): void => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.includes('"HeadObject"')) continue;
      const call = JSON.parse(line) as LoggedCall;
      if (call.function !== by) continue;
      last.set(call.bucket, Date.now());
      waiting.get(`${call.bucket}/${call.key}`)?.();
    }
  };
  const running = (async () => {
    while (!stopped) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
      offset += bytesRead;
      // Keys of the races are ASCII: no character is cut in two.
      hear(buffer.toString("utf8", 0, bytesRead));
      await sleep(5);
    }
    await file.close();
  })();
  return {
    next: async (bucket, key, milliseconds) => {
      const name = `${bucket}/${key}`;
      const late = new AbortController();
      const looked = new Promise<void>((resolve) => waiting.set(name, resolve));
      await Promise.race([looked, sleep(milliseconds, undefined, { signal: late.signal }).catch(() => undefined)]);
      late.abort();
      waiting.delete(name);
    },
    quietFor: (bucket) => Date.now() - (last.get(bucket) ?? 0),
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}
