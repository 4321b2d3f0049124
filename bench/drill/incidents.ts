import { CreateBucketCommand, DeleteBucketEncryptionCommand, type S3Client } from "@aws-sdk/client-s3";
import { declared, put, type Stage } from "../stage/stage.ts";

/** One call whose event makes the function end with one outcome. */
export interface Incident {
  /** The outcome in the ledger, with its cause. */
  readonly outcome: string;
  readonly what: string;
  /** The prefix of the bucket's name, which `bench/policy.yaml` matches. */
  readonly prefix: string;
  /** `call` creates the bucket; otherwise it exists already, and no look at it is left to do. */
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
