import {
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  ListBucketsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { mapPool } from "../../cli/buckets/pool.ts";
import { repairingClient } from "../bare/repairing.ts";
import { loggedCalls } from "../drill/logged-calls.ts";
import { fillAccount } from "../stage/account.ts";
import { declared, type Stage } from "../stage/stage.ts";
import { custodian } from "./custodian.ts";

/** What it took to have an account's buckets as declared. */
export interface Effort {
  readonly calls: number;
  readonly milliseconds: number;
}

/**
 * Cloud Custodian and the bare client, one after the other over the same buckets, in an account
 * whose events do not reach the stage.
 */
export async function besideCustodian(
  { sandbox }: Stage,
  buckets: number,
  wrong: number,
): Promise<{ readonly custodian: Effort; readonly bare: Effort }> {
  const run = await custodian();
  const { endpoint, region, callLog } = sandbox;
  const config = { endpoint, region, credentials: { accessKeyId: ACCOUNT, secretAccessKey: "test" } };
  const wanted = declared({ keyArn: await fillAccount(buckets, wrong, config) });
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const timed = async (work: () => Promise<void>): Promise<Effort> => {
    const calls = await loggedCalls(callLog);
    const began = performance.now();
    await work();
    const milliseconds = performance.now() - began;
    return { milliseconds, calls: (await calls()).filter(({ account }) => account === ACCOUNT).length };
  };
  const expect = (written: number, what: string) => {
    if (written !== wrong) throw new Error(`${what}: ${written} of ${wrong} buckets`);
  };
  const bare = await timed(async () => expect(await repairingClient(s3, wanted), "the bare client wrote"));
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  await mapPool(Buckets.slice(0, wrong), 8, ({ Name: Bucket }) =>
    s3.send(new DeleteBucketEncryptionCommand({ Bucket })),
  );
  const theirs = await timed(() => run({ endpoint, region, account: ACCOUNT }));
  const sealed = await mapPool(Buckets.slice(0, wrong), 8, async ({ Name: Bucket }) => {
    const answer = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    const [rule] = answer.ServerSideEncryptionConfiguration?.Rules ?? [];
    return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm === "aws:kms";
  });
  expect(sealed.filter(Boolean).length, "Cloud Custodian wrote");
  return { custodian: theirs, bare };
}

// --- internal ---

const ACCOUNT = "222233334444";
