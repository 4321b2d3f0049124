import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { findDeployments } from "#aws/ssm/deployment";
import type { Clients } from "../local-aws/clients.ts";
import type { Story } from "./story.ts";

/** Clients of a session of one of the stack's roles, assumed by dana or another caller. */
export async function assume(
  e2e: Story,
  RoleArn: string,
  RoleSessionName: string,
  { sts }: Clients = e2e.dana,
): Promise<Clients> {
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
  return e2e.as({
    accessKeyId: given?.AccessKeyId ?? "",
    secretAccessKey: given?.SecretAccessKey ?? "",
    sessionToken: given?.SessionToken ?? "",
  });
}

/**
 * Sends messages to the event queue at once, as the redrive role: the only sender that the queue
 * admits beside Bucketseal's rule and function.
 */
export async function redeliver(e2e: Story, bodies: readonly string[]): Promise<void> {
  const [deployment] = await findDeployments(e2e.root.ssm);
  const { sqs } = await assume(e2e, deployment?.redriveRoleArn ?? "", "e2e");
  const Entries = bodies.map((MessageBody, at) => ({ Id: `${at}`, MessageBody }));
  const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: e2e.sandbox.queues.events, Entries }));
  if (sent.Failed?.length) throw new Error(`not sent: ${JSON.stringify(sent.Failed)}`);
}
