import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";

/**
 * How many milliseconds this machine's clock is ahead of AWS's, by the date of an answer, which has
 * whole seconds; `null`: it had none. A signature may be five minutes off.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
export async function clockSkew(sts: STSClient, now: () => number): Promise<number | null> {
  let date: string | undefined;
  const command = new GetCallerIdentityCommand({});
  command.middlewareStack.add(
    (next) => async (given) => {
      const answer = await next(given);
      date = (answer.response as { headers?: Record<string, string> }).headers?.date;
      return answer;
    },
    { step: "deserialize", priority: "low" },
  );
  const before = now();
  await sts.send(command);
  const after = now();
  const theirs = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(theirs) ? null : (before + after) / 2 - theirs;
}
