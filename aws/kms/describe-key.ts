import { DescribeKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";
import type { KeyFacts } from "#core/key/key";

/**
 * What KMS says about a key, named by its key ARN or an alias ARN; `null` where there is no such
 * key or alias.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function describeKey(kms: KMSClient, arn: string): Promise<Fact<KeyFacts | null>> {
  return fact<KeyFacts | null>(
    "DescribeKey",
    async () => {
      const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId: arn }));
      return {
        arn: key?.Arn ?? "",
        state: key?.KeyState ?? "",
        spec: key?.KeySpec ?? "",
        usage: key?.KeyUsage ?? "",
        manager: key?.KeyManager ?? "",
        ...(key?.DeletionDate === undefined ? {} : { deletion: key.DeletionDate.toISOString() }),
      };
    },
    { NotFoundException: null },
  );
}
