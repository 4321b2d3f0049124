import { GetJobTaggingCommand, type S3ControlClient } from "@aws-sdk/client-s3-control";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/**
 * A job's tags; none where there is no such job.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetJobTagging.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function jobTagging(
  client: S3ControlClient,
  account: string,
  id: string,
): Promise<Fact<Readonly<Record<string, string>>>> {
  return fact(
    "GetJobTagging",
    async () => {
      const { Tags = [] } = await client.send(new GetJobTaggingCommand({ AccountId: account, JobId: id }));
      return Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value]));
    },
    { NoSuchJob: {}, NoSuchJobException: {}, NotFoundException: {} },
  );
}
