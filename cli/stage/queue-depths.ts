import { messageOf } from "#aws/error";
import { readQueue } from "#aws/sqs/queue-settings";
import type { Fact } from "#core/fact";
import { deadLetterQueues } from "#core/stage/dead-letter-queues";
import type { Deployment } from "#core/stage/deployment";
import type { Session } from "../session/session.ts";
import type { Output } from "../terminal/output.ts";

/** The JSON shape of the depths, as TypeScript. */
export const depthsShape = "{ queue: string, waiting: number | null, dead: number | null }[]";

/**
 * About how many messages a queue and its dead-letter queues hold; `null`: that could not be read.
 */
interface QueueDepth {
  /** As people name it: `bucket`, `object`, `sweep`, `lane`. */
  readonly queue: string;
  /** Those that are being worked on or delayed included. */
  readonly waiting: number | null;
  readonly dead: number | null;
}

/** Reads how full the queues of a stage are, by the caller's own permissions. Never throws. */
export async function queueDepths(session: Session, deployment: Deployment): Promise<readonly QueueDepth[]> {
  const sqs = await session.sqs();
  const count = async (url: string): Promise<number | null> => {
    const seen: Fact<{ readonly messages: number } | null> = await readQueue(sqs, url).catch((error: unknown) => ({
      known: false,
      error: { name: "RetryableError", message: messageOf(error) },
    }));
    return seen.known && seen.value !== null ? seen.value.messages : null;
  };
  const dead = Map.groupBy(deadLetterQueues(deployment), ({ homeUrl }) => homeUrl);
  return Promise.all(
    [...dead].map(async ([homeUrl, [first, ...others]]) => {
      const letters = await Promise.all([first, ...others].map((each) => (each ? count(each.url) : 0)));
      return {
        queue: first?.name ?? "",
        waiting: await count(homeUrl),
        dead: letters.reduce<number | null>((sum, each) => (sum === null || each === null ? null : sum + each), 0),
      };
    }),
  );
}

/** Prints the depths: a line for what waits, and one for the dead letters. */
export function printDepths(depths: readonly QueueDepth[], out: Output): void {
  const list = (of: (depth: QueueDepth) => number | null) =>
    depths.map((depth) => `${of(depth) ?? "unknown"} ${depth.queue}`).join(", ");
  const clear = depths.every(({ dead }) => dead === 0);
  out.line(`waiting  ${list(({ waiting }) => waiting)}`);
  out.line(
    `dead     ${
      clear
        ? "none"
        : out.paint(
            "red",
            list(({ dead }) => dead),
          )
    }`,
  );
}
