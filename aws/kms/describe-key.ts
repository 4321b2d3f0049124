import { DescribeKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import { nameOf, unknownOrThrow } from "#aws/error";
import type { Fact } from "#core/fact";
import type { KeyFacts } from "#core/key/key";

/**
 * What KMS says of a key, asked for by key ARN or alias ARN; `null` where there is no such key or alias.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function describeKey(kms: KMSClient, arn: string): Promise<Fact<KeyFacts | null>> {
  try {
    const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId: arn }));
    return {
      known: true,
      value: {
        arn: key?.Arn ?? "",
        state: key?.KeyState ?? "",
        spec: key?.KeySpec ?? "",
        usage: key?.KeyUsage ?? "",
        manager: key?.KeyManager ?? "",
      },
    };
  } catch (error) {
    if (nameOf(error) === "NotFoundException") return { known: true, value: null };
    return unknownOrThrow(error, "DescribeKey");
  }
}
