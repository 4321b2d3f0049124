import { Readable } from "node:stream";
import {
  DeleteBucketOwnershipControlsCommand,
  DeletePublicAccessBlockCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  DeletePublicAccessBlockCommand as DeleteAccountBlockCommand,
  GetPublicAccessBlockCommand as GetAccountBlockCommand,
  PutPublicAccessBlockCommand as PutAccountBlockCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control";
import { describe, expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { s3HazardReader } from "#aws/guard/bucket-facts";
import type { HazardReader } from "#core/guard/reader";
import type { BucketRef } from "#core/names";
import { answering } from "../../support/core/answering.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { deny, missing, newBucket } from "../s3/new-bucket.ts";

const aws = localAws();
type Read = Exclude<keyof HazardReader, "keyPolicy" | "keyGrants" | "sseCWrites">;

/** A request, as far as it tells where it goes and about what. */
interface Asked {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: object;
  readonly headers: Readonly<Record<string, string>>;
}

const known = (value: unknown) => ({ known: true, value });
const read = (s3: S3Client, name: Read, ref: BucketRef) => s3HazardReader(() => s3)[name](ref);

const open = { ignorePublicAcls: false, restrictPublicBuckets: false };

/** Each fact with what a bucket shows where nobody has set it, and the permission that it takes. */
const facts: readonly (readonly [Read, action: string, unset: unknown])[] = [
  ["bucketPolicy", "s3:GetBucketPolicy", null],
  ["policyStatus", "s3:GetBucketPolicyStatus", null],
  ["publicAccessBlock", "s3:GetBucketPublicAccessBlock", open],
  ["acl", "s3:GetBucketAcl", [{ grantee: expect.any(String), permission: "FULL_CONTROL" }]],
  ["ownership", "s3:GetBucketOwnershipControls", null],
  ["website", "s3:GetBucketWebsite", false],
  ["replication", "s3:GetReplicationConfiguration", null],
];

describe.each(facts)("a bucket's %s", (name, action, unset) => {
  test("is none where nobody has set it", async () => {
    const { s3 } = aws.root();
    const ref = await newBucket(s3);
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: ref.bucket }));
    await s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket: ref.bucket }));
    expect(await read(s3, name, ref)).toEqual(known(unset));
  });

  test("is unknown where a policy denies us, and where the bucket is another owner's", async () => {
    const { s3 } = aws.root();
    const ref = await newBucket(s3);
    const user = await aws.user([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    await deny(s3, ref, [action]);
    expect(await read(user.s3, name, ref)).toMatchObject({ known: false, error: { name: "AccessDenied" } });
    const theirs = { ...(await newBucket(s3)), account: "444455556666" };
    expect(await read(s3, name, theirs)).toMatchObject({ known: false, error: { name: "AccessDenied" } });
  });

  test("is read again later where the bucket has just vanished, and after a throttle that does not end", async () => {
    const { s3 } = aws.root();
    await expect(read(s3, name, missing())).rejects.toThrow(RetryableError);
    const ref = await newBucket(s3);
    await withFaults(aws.endpoint, [{ kind: "throttle", bucket: ref.bucket }], async () => {
      await expect(read(s3, name, ref)).rejects.toThrow(RetryableError);
    });
  });

  test("is unknown where S3 says nothing", async () => {
    expect(await read(answering(200, ""), name, missing())).toMatchObject({ known: false, error: { name: "Unsaid" } });
  });
});

describe("what somebody has set is read", () => {
  const { Version } = { Version: "2012-10-17" };

  test("the policy, and whether it lets everybody in", async () => {
    const { s3 } = aws.root();
    const ref = await newBucket(s3);
    const { bucket: Bucket } = ref;
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    const Statement = [
      { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` },
    ];
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version, Statement }) }));
    expect(await read(s3, "policyStatus", ref)).toEqual(known({ isPublic: true }));
    expect(await read(s3, "bucketPolicy", ref)).toMatchObject({ value: { statements: [{ effect: "Allow" }] } });
  });

  test("what blocks public access, and who owns objects", async () => {
    const { s3 } = aws.root();
    const ref = await newBucket(s3);
    const { bucket: Bucket } = ref;
    const PublicAccessBlockConfiguration = { IgnorePublicAcls: true };
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    expect(await read(s3, "publicAccessBlock", ref)).toEqual(known({ ...open, ignorePublicAcls: true }));
    const OwnershipControls = { Rules: [{ ObjectOwnership: "ObjectWriter" as const }] };
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
    expect(await read(s3, "ownership", ref)).toEqual(known("ObjectWriter"));
  });

  test("what the account blocks for all of its buckets, and none where it blocks nothing or may not be asked", async () => {
    const account = "333322221111";
    const { s3, s3control } = aws.root(account);
    const ref = { ...(await newBucket(s3)), account };
    expect(await read(s3, "accountBlock", ref)).toEqual(known(open));
    const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true };
    await s3control.send(new PutAccountBlockCommand({ AccountId: account, PublicAccessBlockConfiguration }));
    expect(await read(s3, "accountBlock", ref)).toEqual(known({ ...open, restrictPublicBuckets: true }));
    const others = { ...ref, account: "444455556666" };
    expect(await read(s3, "accountBlock", others)).toMatchObject({ known: false, error: { name: "AccessDenied" } });
    await s3control.send(new DeleteAccountBlockCommand({ AccountId: account }));
    expect(await read(answering(200, ""), "accountBlock", ref)).toMatchObject({ error: { name: "Unsaid" } });
    await expect(read(answering(503, ""), "accountBlock", ref)).rejects.toThrow(RetryableError);
  });

  test.each<[string, object]>([
    ["us-east-1", {}],
    ["eu-west-1", { useDualstackEndpoint: true }],
    ["us-gov-west-1", { useFipsEndpoint: true }],
    ["cn-north-1", {}],
  ])("of the account's block S3 Control is asked as its own client would, in %s %j", async (region, more) => {
    const asked: object[] = [];
    const handle = async ({ method, hostname, path, query, headers }: Asked) => {
      asked.push({ method, hostname, path, query, of: headers["x-amz-account-id"], host: headers.host });
      const body = Readable.from(["<PublicAccessBlockConfiguration/>"]);
      return { response: { statusCode: 200, headers: { "content-type": "application/xml" }, body } };
    };
    const requestHandler = { handle, metadata: { handlerProtocol: "http/1.1" } } as never;
    const settings = { region, credentials: { accessKeyId: "a", secretAccessKey: "b" }, requestHandler, ...more };
    await read(new S3Client(settings), "accountBlock", { ...missing(), account: "111122223333" });
    await new S3ControlClient(settings).send(new GetAccountBlockCommand({ AccountId: "111122223333" }));
    expect(asked[0]).toEqual(asked[1]);
  });

  test("a website of the bucket's own objects, and none of one that only redirects", async () => {
    const { s3 } = aws.root();
    const ref = await newBucket(s3);
    const put = (WebsiteConfiguration: object) =>
      s3.send(new PutBucketWebsiteCommand({ Bucket: ref.bucket, WebsiteConfiguration }));
    await put({ IndexDocument: { Suffix: "index.html" } });
    expect(await read(s3, "website", ref)).toEqual(known(true));
    await put({ RedirectAllRequestsTo: { HostName: "example.com" } });
    expect(await read(s3, "website", ref)).toEqual(known(false));
  });

  test("every rule of a replication", async () => {
    const { s3 } = aws.root();
    const [from, to] = [await newBucket(s3), await newBucket(s3)];
    const VersioningConfiguration = { Status: "Enabled" as const };
    for (const { bucket: Bucket } of [from, to]) {
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
    const Role = "arn:aws:iam::111122223333:role/replication";
    const Bucket = `arn:aws:s3:::${to.bucket}`;
    const rule = { Filter: {}, DeleteMarkerReplication: { Status: "Disabled" as const } };
    const key = "arn:aws:kms:us-east-1:111122223333:key/11111111-1111-4111-8111-111111111111";
    const ReplicationConfiguration = {
      Role,
      Rules: [
        { ...rule, ID: "plain", Priority: 1, Status: "Disabled" as const, Destination: { Bucket } },
        {
          ...rule,
          ID: "kms",
          Priority: 2,
          Status: "Enabled" as const,
          Destination: { Bucket, EncryptionConfiguration: { ReplicaKmsKeyID: key } },
          SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" as const } },
        },
      ],
    };
    await s3.send(new PutBucketReplicationCommand({ Bucket: from.bucket, ReplicationConfiguration }));
    expect(await read(s3, "replication", from)).toEqual(
      known({
        role: Role,
        rules: [
          { id: "plain", isEnabled: false, destination: to.bucket, takesKms: false, replicaKey: null },
          { id: "kms", isEnabled: true, destination: to.bucket, takesKms: true, replicaKey: key },
        ],
      }),
    );
  });
});
