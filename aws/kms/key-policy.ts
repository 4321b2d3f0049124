import { GetKeyPolicyCommand, type KMSClient } from "@aws-sdk/client-kms";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";
import { type PolicyDocument, readDocument } from "#core/iam/document";

/**
 * The policy of a key of the caller's own account: nobody can read that of another account's key.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function getKeyPolicy(kms: KMSClient, arn: string): Promise<Fact<PolicyDocument>> {
  return fact("GetKeyPolicy", async () => {
    const { Policy: text } = await kms.send(new GetKeyPolicyCommand({ KeyId: arn }));
    return readDocument(text ?? "");
  });
}
