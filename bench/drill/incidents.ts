import { CreateBucketCommand, DeleteBucketEncryptionCommand, type S3Client } from "@aws-sdk/client-s3";
import { declared, put, type Stage } from "../stage/stage.ts";

/** One call by somebody, whose event the function answers with one outcome. */
export interface Incident {
  /** What the bucket was, as the ledger says it; with what made it so. */
  readonly outcome: string;
  readonly what: string;
  /** What the bucket's name begins with, which is what `bench/policy.yaml` goes by. */
  readonly prefix: string;
  /** `call` makes the bucket; else it is there, and nothing is left to do about it. */
  readonly fresh?: true;
  readonly call: (stage: Stage, bucket: string) => Promise<void>;
}

/** One for each outcome of a look. */
export const incidents: readonly Incident[] = [
  {
    outcome: "left alone",
    what: "left alone (compliant; the declared key by its alias)",
    prefix: "bench",
    call: (stage, bucket) => put(stage.alice, bucket, declared({ keyArn: aliasArn(stage) })),
  },
  {
    outcome: "changed",
    what: "changed (encryption deleted)",
    prefix: "bench",
    call: ({ alice }, bucket) => remove(alice, bucket),
  },
  {
    outcome: "changed",
    what: "changed (a new bucket)",
    prefix: "bench",
    fresh: true,
    call: async ({ alice }, Bucket) => {
      await alice.send(new CreateBucketCommand({ Bucket }));
    },
  },
  {
    outcome: "held",
    what: "held (stronger than declared)",
    prefix: "bench",
    call: ({ alice, sandbox }, bucket) => put(alice, bucket, { ...declared(sandbox), ...dsse(sandbox.keyArn) }),
  },
  {
    outcome: "reported",
    what: "reported (a rule that observes)",
    prefix: "observed",
    call: ({ alice, sandbox }, bucket) => put(alice, bucket, { ...declared(sandbox), BucketKeyEnabled: false }),
  },
  {
    outcome: "exempt",
    what: "exempt",
    prefix: "exempt",
    call: ({ alice }, bucket) => remove(alice, bucket),
  },
];

// --- internal ---

function aliasArn({ sandbox }: Stage): string {
  return `arn:aws:kms:${sandbox.region}:${sandbox.account}:alias/s3-default`;
}

/** Two layers of encryption know no bucket key. */
function dsse(keyArn: string) {
  const byDefault = { SSEAlgorithm: "aws:kms:dsse", KMSMasterKeyID: keyArn } as const;
  return { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: false };
}

async function remove(as: S3Client, Bucket: string): Promise<void> {
  await as.send(new DeleteBucketEncryptionCommand({ Bucket }));
}
