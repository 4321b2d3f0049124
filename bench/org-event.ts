import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { bucketBatch } from "../functions/bucket/batch.ts";
import { type BucketShared, bucketShared } from "../functions/bucket/shared.ts";
import { memberSessions } from "../functions/member/sessions.ts";
import { systemClock } from "../functions/runtime/clock.ts";
import { logger } from "../functions/runtime/telemetry.ts";
import { startLocalAws } from "../sandbox/local-aws.ts";
import { putBucketEncryptionEvent } from "../test/events/cloudtrail.ts";
import { account, region, testHub } from "../test/support/batch/hub.ts";
import { readCalls } from "../test/support/local-aws/call-log.ts";
import { type Credentials, clients } from "../test/support/local-aws/clients.ts";
import { anOrg, enrol } from "../test/support/local-aws/member.ts";
import { quantile } from "./report/quantile.ts";
import { report } from "./report/report.ts";

/**
 * What an event of a member account costs next to one of the hub's own: AWS calls from the call
 * log, and milliseconds of one batch of the bucket function, in this process. ROUNDS (default 20)
 * events of each, in turns, each about a bucket that has to be changed.
 *
 *     npm run bench:org-event -- [ROUNDS] [--json]
 */
const rounds = Number(process.argv[2] ?? 20) || 20;
const MEMBER = "444455556666";

logger.setLogLevel("SILENT");
const local = await startLocalAws();
try {
  process.env.AWS_ENDPOINT_URL = local.endpoint;
  const rootOf = (owner: string) => clientsAs({ accessKeyId: owner, secretAccessKey: "test" });
  const [root, member] = [rootOf(account), rootOf(MEMBER)];
  const hub = await testHub(root);
  await hub.push([{ encryption: { algorithm: "aws:kms", key: "aws-managed" } }]);
  await enrol(member, account);
  const sessions = memberSessions({ sts: (await userOf()).sts, org: anOrg, now: Date.now });
  const shared = bucketShared(root as never, hub.environment, systemClock, { org: anOrg, sessions });

  const first = await eventOf(shared, MEMBER);
  const samples: Record<string, Sample[]> = { [account]: [], [MEMBER]: [] };
  for (let round = -1; round < rounds; round++) {
    for (const owner of round % 2 === 0 ? [account, MEMBER] : [MEMBER, account]) {
      const sample = await eventOf(shared, owner);
      if (round >= 0) samples[owner]?.push(sample);
    }
  }
  const median = (owner: string, of: keyof Sample) =>
    quantile(
      (samples[owner] ?? []).map((each) => each[of]),
      0.5,
    );
  const more = (of: keyof Sample) => median(MEMBER, of) - median(account, of);
  const assumed = (await readCalls(local.callLog)).filter(({ api }) => api === "AssumeRole").length;
  report(
    "org-event",
    [
      {
        what: "AWS calls more for an event of a member account than for one of the hub's own",
        result: `${more("calls")} (${median(MEMBER, "calls")} against ${median(account, "calls")})`,
        goal: "0",
        met: more("calls") <= 0,
      },
      {
        what: "time more for it",
        result: `${more("ms").toFixed(1)} ms (${median(MEMBER, "ms").toFixed(1)} against ${median(account, "ms").toFixed(1)})`,
      },
      {
        what: `AssumeRole calls for ${rounds + 2} events of one account`,
        result: String(assumed),
        goal: "<= 1",
        met: assumed <= 1,
      },
      {
        what: "AWS calls for the first event of a member account",
        result: `${first.calls}, ${first.ms.toFixed(0)} ms`,
      },
    ],
    [
      `${rounds} events of each in turns, each about a new bucket that is changed; medians, of one batch of the bucket function inside this process; the session is there after the first event.`,
      "The first event also assumes the role and reads the account's own key, who may use it and what was told of the account.",
    ],
  );

  async function eventOf(function_: BucketShared, owner: string): Promise<Sample> {
    const bucket = `bench-${owner}-${Math.random().toString(36).slice(2)}`;
    await (owner === account ? root : member).s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const eventTime = new Date().toISOString().replace(/\.\d+/, "");
    const event = putBucketEncryptionEvent({}, { account: owner, region, bucket, eventId: bucket, eventTime });
    const records = await hub.records([event]);
    const before = (await readCalls(local.callLog)).length;
    const began = performance.now();
    await bucketBatch(records, function_, Date.now() + 25_000);
    const ms = performance.now() - began;
    return { ms, calls: (await readCalls(local.callLog)).length - before };
  }

  /** The root user may assume no role. */
  async function userOf() {
    const UserName = "hub";
    await root.iam.send(new CreateUserCommand({ UserName }));
    const Statement = [{ Effect: "Allow", Action: ["sts:AssumeRole", "sts:TagSession"], Resource: "*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await root.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "hub", PolicyDocument }));
    const { AccessKey } = await root.iam.send(new CreateAccessKeyCommand({ UserName }));
    return clientsAs({ accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" });
  }
} finally {
  await local.stop();
}

// --- internal ---

interface Sample {
  readonly calls: number;
  readonly ms: number;
}

function clientsAs(credentials: Credentials) {
  return clients({ endpoint: process.env.AWS_ENDPOINT_URL, region, credentials });
}
