import { RetryableError } from "#aws/error";
import type { Ports } from "#core/bucket/ports";

/**
 * The same ports until a deadline (milliseconds since the epoch); after it they write to no bucket, tell nobody and do not wait. Lambda
 * freezes what a handler leaves behind and thaws it with the next invocation, when everything it knows is old. (What it writes to the
 * ledger then is refused if anything happened there meanwhile.)
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export function until(ports: Ports, deadline: number): Ports {
  const check = (then: number) => {
    if (then > deadline) throw new RetryableError("the function's time is up");
  };
  return {
    ...ports,
    writer: {
      put: async (ref, wanted) => {
        check(ports.now());
        return ports.writer.put(ref, wanted);
      },
    },
    publish: async (alert) => {
      check(ports.now());
      return ports.publish(alert);
    },
    sleep: async (milliseconds) => {
      check(ports.now() + milliseconds);
      return ports.sleep(milliseconds);
    },
  };
}
