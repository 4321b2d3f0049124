import { memberObjects } from "#aws/ssm/member-objects";
import { assumeRole } from "#aws/sts/assume-role";
import { safe } from "#core/safe";
import type { DeadLetterQueue } from "#core/stage/dead-letter-queues";
import { CliError } from "../error.ts";
import { explainError } from "../line/explain-error.ts";
import type { Session } from "../session/session.ts";
import type { OpenQueue } from "./open-queues.ts";

/**
 * Opens the dead-letter queues of an object function in a member, as the redrive role there; none
 * where there is no such function.
 * @param session - in the member's account
 * @throws CliError if they cannot be opened
 */
export async function memberQueues(
  session: Session,
  stage: string,
  region: string,
  named: string | undefined,
): Promise<OpenQueue[]> {
  const { account, arn: caller } = await session.identity();
  const place = `account ${account}, ${safe(region)}`;
  const unopened = (error: unknown) =>
    new CliError(`${place}: ${explainError(error).message}`, { code: "not-opened", cause: error });
  const found = await memberObjects(await session.ssm(region), stage).catch((error: unknown) => {
    throw unopened(error);
  });
  if (found === null) return [];
  const { queue: homeUrl, deadLetters, undelivered, redriveRole: roleArn } = found;
  // Who may write the parameter must not choose whom we trust.
  if (roleArn.split(":")[4] !== account) {
    throw new CliError(`${place}: its redrive role ${safe(roleArn)} is of another account; find out who changed it`, {
      code: "foreign-deployment",
    });
  }
  const queue = (name: string, url: string): DeadLetterQueue => ({
    name: `${account}/${region}/${name}`,
    url,
    homeUrl,
    roleArn,
    about: "object",
  });
  const all = [queue("object", deadLetters), queue("object-undelivered", undelivered)];
  const queues = all.filter(({ name }) => named === undefined || name === named || name.endsWith(`/${named}`));
  if (queues.length === 0) return [];
  const who = (caller.split("/").at(-1) ?? "cli").replace(/[^\w+=,.@-]/g, "-").slice(0, 50);
  const credentials = await assumeRole(session.sts(), roleArn, `bucketseal-${who}`).catch((error: unknown) => {
    throw unopened(error);
  });
  if (credentials === null) throw new CliError(`${place}: STS returned no credentials for the redrive role`);
  const sqs = await session.sqs(credentials, region);
  return queues.map((each) => ({ ...each, home: { account, region }, sqs }));
}
