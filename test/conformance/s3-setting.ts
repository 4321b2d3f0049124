import { DisableKeyCommand } from "@aws-sdk/client-kms";
import { PutObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import type { Conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";

/** The status, code and message of S3's error. */
export async function refused(call: Promise<unknown>): Promise<[number | undefined, string, string]> {
  try {
    await call;
  } catch (error) {
    if (error instanceof S3ServiceException) return [error.$metadata.httpStatusCode, error.name, error.message];
    throw error;
  }
  throw new Error("the call was not refused");
}

/** Whether the tests run against a real account, which has no control paths. */
export const onAws = process.env.BUCKETSEAL_TEST_AWS === "1";

/** Asks the sandbox for a state no AWS call makes; see sandbox/local_aws/s3/control.py. */
export async function control(aws: Conformance, path: string): Promise<void> {
  const endpoint = await aws.s3.config.endpoint?.();
  const answer = await fetch(`http://${endpoint?.hostname}:${endpoint?.port}/_bucketseal/s3/${path}`, {
    method: "PUT",
  });
  if (!answer.ok) throw new Error(`control path ${path}: ${answer.status}`);
}

/**
 * Disables a key, and waits until S3 refuses uploads under it: before that nothing else about it
 * proves anything.
 */
export async function disableForS3(aws: Conformance, Bucket: string, SSEKMSKeyId: string): Promise<void> {
  await aws.kms.send(new DisableKeyCommand({ KeyId: SSEKMSKeyId }));
  const upload = { Bucket, Key: "under-a-disabled-key", Body: "x", ServerSideEncryption: "aws:kms" as const };
  await settled(async () => {
    const [, code] = await refused(aws.s3.send(new PutObjectCommand({ ...upload, SSEKMSKeyId })));
    if (code !== "KMS.DisabledException") throw new Error(`S3 answered ${code}`);
  });
}

/** Retries an expectation until it holds: on AWS a key's new state reaches S3 after seconds. */
export async function settled(expectation: () => Promise<void>): Promise<void> {
  await eventually(
    "S3 to see the key's state",
    async () => {
      if (!onAws) return (await expectation()) ?? true;
      return await expectation().then(
        () => true,
        () => undefined,
      );
    },
    onAws ? 600_000 : undefined,
  );
}
