import { RetryableError } from "#aws/error";
import type { Ports } from "#core/bucket/ports";

/** Nothing was done: the first call of a piece of work did not start in time. */
export class NotStarted extends Error {
  override readonly name = "NotStarted";
}

/**
 * Refuses what would happen after the deadline. Both are milliseconds since the epoch.
 * @throws RetryableError when `at` is later than `deadline`.
 */
export function checkDeadline(deadline: number, at: number): void {
  if (at > deadline) throw new RetryableError("the function's time is up");
}

/**
 * The result of `work`, provided it is there by the deadline.
 * @throws RetryableError when the deadline has passed.
 */
export async function finishInTime<T>(deadline: number, now: () => number, work: Promise<T>): Promise<T> {
  return before(deadline - now(), work, () => new RetryableError("not done within the function's time"));
}

/**
 * The result of `run`, provided its call starts by then; later it is neither made nor awaited.
 * @param by milliseconds since the epoch
 * @throws NotStarted, or whatever `run` throws.
 */
export async function startInTime<T>(
  { by, now }: { readonly by: number; readonly now: () => number },
  call: () => Promise<T>,
  run: (call: () => Promise<T>) => Promise<T>,
): Promise<T> {
  let [isStarted, isGivenUp] = [false, false];
  const start = async () => {
    if (isGivenUp || (!isStarted && now() > by)) throw new NotStarted();
    isStarted = true;
    return call();
  };
  return before(by - now(), run(start), () => {
    if (isStarted) return null;
    // A timer may fire early by the clock's last millisecond.
    isGivenUp = true;
    return new NotStarted();
  });
}

/**
 * The same ports until a deadline; after it they write to no bucket, send no alert and do not
 * sleep. Lambda freezes what a handler leaves running and thaws it with the next invocation, when
 * all it knows is outdated. (The ledger refuses such a late write by itself if anything happened
 * meanwhile.)
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export function portsInTime(ports: Ports, deadline: number): Ports {
  return {
    ...ports,
    writer: {
      put: async (...asked) => {
        checkDeadline(deadline, ports.now());
        return ports.writer.put(...asked);
      },
    },
    publish: async (alert) => {
      checkDeadline(deadline, ports.now());
      return ports.publish(alert);
    },
    sleep: async (milliseconds) => {
      checkDeadline(deadline, ports.now() + milliseconds);
      return ports.sleep(milliseconds);
    },
  };
}

// --- internal ---

/** `work`, unless it takes longer than `milliseconds` and `late` then has an error to throw. */
async function before<T>(milliseconds: number, work: Promise<T>, late: () => Error | null): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => {
        const error = late();
        if (error !== null) reject(error);
      },
      Math.max(0, milliseconds),
    );
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
