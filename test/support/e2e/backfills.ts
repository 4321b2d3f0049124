import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { lastBackfill } from "#aws/backfill/backfills";
import { findDeployments } from "#aws/ssm/deployment";
import type { Backfill } from "#core/backfill/backfill";
import type { BackfillMessage } from "#core/backfill/messages";
import type { BucketRef } from "#core/names";
import { assume } from "./redrive.ts";
import { type Story, soon } from "./story.ts";

/** Passes over existing objects, as a person starts and watches them. */
export interface Backfills {
  refOf(bucket: string): BucketRef;
  send(message: BackfillMessage): Promise<void>;
  last(bucket: string): Promise<Backfill | null>;
  /** Waits until a bucket's last backfill is in a state. */
  inState(bucket: string, state: Backfill["state"]): Promise<Backfill | null>;
}

export async function backfills(e2e: Story): Promise<Backfills> {
  const { root, sandbox } = e2e;
  const [deployment] = await findDeployments(root.ssm);
  const people = await assume(e2e, deployment?.backfillRoleArn ?? "", "e2e");
  const ledger = { dynamodb: root.dynamodb, table: sandbox.ledgerTable };
  const refOf = (bucket: string) => ({
    partition: "aws",
    account: sandbox.account,
    region: sandbox.region,
    bucket,
  });
  const last = (bucket: string) => lastBackfill(ledger, refOf(bucket));
  return {
    refOf,
    last,
    send: async (message) => {
      const QueueUrl = deployment?.backfillQueueUrl ?? "";
      await people.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
    },
    inState: (bucket, state) =>
      soon(
        () => last(bucket),
        (backfill) => backfill?.state === state,
        60,
      ),
  };
}
