import { Stack } from "aws-cdk-lib";
import { objectBatchPermissions } from "#aws/backfill/permissions";
import { copyLargePermissions } from "#aws/copies/permissions";
import { hazardPermissions } from "#aws/guard/permissions";
import { keyAccessPermissions, keyPermissions } from "#aws/kms/permissions";
import { objectLedgerPermissions } from "#aws/ledger/permissions";
import { ancestorPermissions, ofAccount } from "#aws/organizations/permissions";
import { policyReadPermissions } from "#aws/policy/permissions";
import { objectPermissions } from "#aws/s3/permissions";
import { alertPermissions } from "#aws/sns/permissions";
import { queuePermissions } from "#aws/sqs/permissions";
import { pausePermissions } from "#aws/ssm/permissions";
import type { BackfillQueues } from "../backfill/queues.ts";
import { type LoopProps, loopVariables } from "../loop-environment.ts";
import { accept } from "../parts/accept.ts";
import { type Lambda, lambda } from "../parts/lambda.ts";
import { mapping } from "../parts/mapping.ts";
import { OBJECT_FUNCTION_TIMEOUT } from "../parts/timeouts.ts";
import type { ObjectOptions } from "./options.ts";

export interface ObjectFunctionProps extends LoopProps {
  /** The queues of existing objects; `null`: it takes none. */
  readonly atRest: BackfillQueues | null;
  readonly options: ObjectOptions;
}

/** The function that looks at objects and re-encrypts them. It configures no bucket. */
export function objectFunction(stack: Stack, props: ObjectFunctionProps): Lambda {
  const { alerts, desired, ledgerTable, queues, options, org, atRest } = props;
  const { account, partition, region } = Stack.of(stack);
  const made = lambda(stack, "ObjectFunction", {
    name: "object",
    description: "Keeps the encryption of objects as declared",
    timeout: OBJECT_FUNCTION_TIMEOUT,
    asksItself: true,
    acting: org && { as: "object", org },
    permissions: [
      ...objectPermissions({ partition, account, region, copy: options.copy }),
      ...(options.copyLargeAbove === undefined ? [] : copyLargePermissions({ partition, account, region })),
      ...keyPermissions({ partition, account, region }, options.copy ? "*" : account),
      ...hazardPermissions({ partition, account, region }, options.copy),
      ...keyAccessPermissions({ partition, account, region }),
      ...ancestorPermissions([
        `arn:${partition}:organizations::*:account/o-*/${account}`,
        `arn:${partition}:organizations::*:ou/o-*/*`,
      ]),
      ...(org === null ? [] : ofAccount(`arn:${partition}:organizations::*:account/${org.settings.id}/${account}`)),
      ...policyReadPermissions(desired.policyTable.tableArn),
      ...objectLedgerPermissions(ledgerTable.tableArn),
      ...pausePermissions(desired.pauseArns),
      ...alertPermissions(alerts.topic.topicArn, alerts.key.keyArn, region),
      ...queuePermissions(
        [queues.events.queueArn, ...(atRest === null ? [] : [atRest.atRest.events.queueArn])],
        [queues.events.queueArn, queues.deadLetters.queueArn, ...(atRest === null ? [] : sentAtRest(atRest))],
      ),
      ...(atRest === null ? [] : objectBatchPermissions(ledgerTable.tableArn)),
    ],
    environment: (role) => ({
      ...loopVariables(props, role),
      COPY: options.copy ? "on" : "off",
      ...(options.copyLargeAbove === undefined ? {} : { COPY_LARGE_ABOVE: String(options.copyLargeAbove) }),
      UPDATE_OBJECT_ENCRYPTION: options.updateOutsideAws ? "on" : "off",
      WINDOW_SECONDS: String(options.windowSeconds),
      ...(atRest && {
        AT_REST_QUEUE_URL: atRest.atRest.events.queueUrl,
        AT_REST_DEAD_LETTER_QUEUE_URL: atRest.atRest.deadLetters.queueUrl,
        BACKFILL_QUEUE_URL: atRest.backfill.events.queueUrl,
      }),
    }),
  });
  accept(made.role.node.findChild("Policy"), "AwsSolutions-IAM5", WILDCARDS);
  mapping(stack, "ObjectMapping", made.fn, queues.events, {
    concurrency: props.concurrency,
    batchSize: 50,
    windowSeconds: 1,
  });
  // One batch of names at a time in two instances: what is not urgent leaves S3 and KMS to events.
  if (atRest !== null) mapping(stack, "AtRestMapping", made.fn, atRest.atRest.events, { concurrency: 2, batchSize: 1 });
  return made;
}

// --- internal ---

function sentAtRest({ atRest, backfill }: BackfillQueues): string[] {
  return [atRest.deadLetters.queueArn, backfill.events.queueArn];
}

const WILDCARDS =
  "Which objects and keys there are is not known when it is deployed: all of this account, by aws:ResourceAccount and by the key's ARN; with the copy " +
  "option keys of other accounts too, through S3 only. The account's place in its organization is only listed.";
