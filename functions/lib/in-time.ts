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
