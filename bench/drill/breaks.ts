import { DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { declared, put, type Stage } from "../stage/stage.ts";

/** One call that makes a bucket differ from its declared configuration. */
export interface Break {
  readonly name: string;
  readonly call: (stage: Stage, bucket: string) => Promise<void>;
}

/** The ways in which alice breaks buckets. */
export function breaks(foreignKey: string): readonly Break[] {
  return [
    {
      name: "encryption deleted",
      call: async ({ alice }, Bucket) => {
        await alice.send(new DeleteBucketEncryptionCommand({ Bucket }));
      },
    },
    {
      name: "AES256",
      call: ({ alice }, bucket) =>
        put(alice, bucket, { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }),
    },
    {
      name: "another key",
      call: ({ alice, sandbox }, bucket) => put(alice, bucket, declared({ ...sandbox, keyArn: foreignKey })),
    },
    {
      name: "bucket key off",
      call: ({ alice, sandbox }, bucket) => put(alice, bucket, { ...declared(sandbox), BucketKeyEnabled: false }),
    },
    {
      name: "SSE-C allowed",
      call: ({ alice, sandbox }, bucket) =>
        put(alice, bucket, { ...declared(sandbox), BlockedEncryptionTypes: { EncryptionType: ["NONE"] } }),
    },
  ];
}
