import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { mapPool } from "../../cli/buckets/pool.ts";
import { declared, put } from "./stage.ts";

/** How an account is reached. */
export interface Access {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * Fills an empty account with `buckets` buckets as `bench/policy.yaml` declares them, except the
 * first `wrong`, which stay as S3 creates them. Returns the ARN of the declared key.
 * @param config - left out, the environment's
 * @param prefix - what the buckets' names begin with: they are unique in all accounts
 */
export async function fillAccount(
  buckets: number,
  wrong: number,
  config: Access = {},
  prefix = "bench",
): Promise<string> {
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const kms = new KMSClient(config);
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
  const keyArn = key?.Arn ?? "";
  await kms.send(new CreateAliasCommand({ AliasName: "alias/s3-default", TargetKeyId: keyArn }));
  const names = Array.from({ length: buckets }, (_, at) => `${prefix}-${String(at).padStart(4, "0")}`);
  await mapPool(names, 8, async (name, at) => {
    await s3.send(new CreateBucketCommand({ Bucket: name }));
    if (at >= wrong) await put(s3, name, declared({ keyArn }));
  });
  return keyArn;
}
