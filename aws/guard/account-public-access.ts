import { GetPublicAccessBlockCommand, type S3Client } from "@aws-sdk/client-s3";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";
import type { PublicAccessBlock } from "#core/guard/bucket-facts";
import { blockOf } from "./public-access-block.ts";

/**
 * What an account closes for all of its buckets: of its settings and a bucket's own, the stricter
 * one counts. What an organization closes for its accounts is among them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function getAccountPublicAccess(s3: S3Client, account: string): Promise<Fact<PublicAccessBlock>> {
  return fact(
    "GetAccountPublicAccessBlock",
    async () => blockOf((await s3.send(ofAccount(account))).PublicAccessBlockConfiguration),
    { NoSuchPublicAccessBlockConfiguration: { ignorePublicAcls: false, restrictPublicBuckets: false } },
  );
}

// --- internal ---

/**
 * The call of S3 Control by a client of S3, which signs it alike and understands its answer: S3
 * Control's own client would be an eighth of a function's bundle, for one call that few buckets
 * need. Its host is S3's for a bucket that is called as the account.
 */
function ofAccount(account: string): GetPublicAccessBlockCommand {
  const command = new GetPublicAccessBlockCommand({ Bucket: account });
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as {
        hostname: string;
        path: string;
        query: object;
        headers: Record<string, string>;
      };
      request.hostname = request.hostname.replace(/^(\d+\.s3)(?=[.-])/, "$1-control");
      request.path = "/v20180820/configuration/publicAccessBlock";
      request.query = {};
      request.headers["x-amz-account-id"] = account;
      return next(args);
    },
    { step: "build", name: "askS3Control" },
  );
  return command;
}
