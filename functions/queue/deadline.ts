import { RetryableError } from "#aws/error";

/**
 * What `work` comes to, if it does so before the deadline.
 * @throws RetryableError when the deadline has passed.
 */
export async function inTime<T>(deadline: number, now: () => number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const tooLate = () => reject(new RetryableError("not done when the function's time was up"));
    timer = setTimeout(tooLate, Math.max(0, deadline - now()));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** There was no place for an object's first call in time: nothing was done for it. */
export class NotBegun extends Error {
  override readonly name = "NotBegun";
}

export interface BeginTime {
  /** Milliseconds since the epoch. */
  readonly by: number;
  readonly now: () => number;
}

/**
 * What `run` comes to, if it gets to its call by then; a call whose turn comes later is not made, and not waited for.
 * @throws NotBegun, or whatever `run` throws.
 */
export async function begunBy<T>(
  { by, now }: BeginTime,
  call: () => Promise<T>,
  run: (call: () => Promise<T>) => Promise<T>,
): Promise<T> {
  let [isBegun, isGivenUp] = [false, false];
  const begin = async () => {
    if (isGivenUp || (!isBegun && now() > by)) throw new NotBegun();
    isBegun = true;
    return call();
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const giveUp = () => {
      if (isBegun) return;
      // A timer may be early by the clock's last millisecond.
      isGivenUp = true;
      reject(new NotBegun());
    };
    timer = setTimeout(giveUp, Math.max(0, by - now()));
  });
  try {
    return await Promise.race([run(begin), late]);
  } finally {
    clearTimeout(timer);
  }
}
