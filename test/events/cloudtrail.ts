/**
 * CloudTrail records as EventBridge delivers them, modelled on real ones (no PutBucketEncryption
 * record has been published, so that one follows its siblings). Every part can be replaced.
 */

export interface EventParts {
  readonly bucket?: string;
  readonly account?: string;
  readonly region?: string;
  readonly eventId?: string;
  readonly eventTime?: string;
  readonly userIdentity?: object;
  readonly sourceIPAddress?: string;
  readonly requestParameters?: object;
  /** Fields of the record to replace; `undefined` removes one. */
  readonly record?: Readonly<Record<string, unknown>>;
  /** Fields of the envelope to replace; `undefined` removes one. */
  readonly envelope?: Readonly<Record<string, unknown>>;
}

export const alice = {
  type: "IAMUser",
  principalId: "AIDAEXAMPLEALICE00001",
  arn: "arn:aws:iam::111122223333:user/alice",
  accountId: "111122223333",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  userName: "alice",
};

/** A session of a role, whose path is in the issuer's ARN only. */
export function roleSession(role: string, session: string, more: object = {}): object {
  const name = role.split("/").at(-1);
  return {
    type: "AssumedRole",
    principalId: `AROAEXAMPLEROLE000001:${session}`,
    arn: `arn:aws:sts::111122223333:assumed-role/${name}/${session}`,
    accountId: "111122223333",
    accessKeyId: "ASIAIOSFODNN7EXAMPLE",
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: "AROAEXAMPLEROLE000001",
        arn: `arn:aws:iam::111122223333:role/${role}`,
        accountId: "111122223333",
        userName: name,
      },
      attributes: { creationDate: "2026-11-21T08:00:00Z", mfaAuthenticated: "false" },
    },
    ...more,
  };
}

/** Any management call on a bucket, in its envelope. */
export function bucketEvent(eventName: string, parts: EventParts = {}): Record<string, unknown> {
  const { bucket = "invoices", account = "111122223333", region = "eu-west-1" } = parts;
  const eventTime = parts.eventTime ?? "2026-11-21T08:15:14Z";
  return without({
    version: "0",
    id: "0d2b1f4e-0000-4000-8000-00000000e001",
    "detail-type": "AWS API Call via CloudTrail",
    source: "aws.s3",
    account,
    time: eventTime,
    region,
    resources: [],
    detail: without({
      eventVersion: "1.11",
      userIdentity: parts.userIdentity ?? alice,
      eventTime,
      eventSource: "s3.amazonaws.com",
      eventName,
      awsRegion: region,
      sourceIPAddress: parts.sourceIPAddress ?? "198.51.100.7",
      userAgent: "[Boto3/1.43.99]",
      requestParameters: {
        bucketName: bucket,
        Host: `${bucket}.s3.${region}.amazonaws.com`,
        ...parts.requestParameters,
      },
      responseElements: null,
      additionalEventData: { SignatureVersion: "SigV4", AuthenticationMethod: "AuthHeader", httpStatusCode: 200 },
      requestID: "EXAMPLEREQID0001",
      eventID: parts.eventId ?? "00000000-0000-4000-8000-000000000001",
      readOnly: false,
      resources: [{ accountId: account, type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${bucket}` }],
      eventType: "AwsApiCall",
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: "Management",
      ...parts.record,
    }),
    ...parts.envelope,
  });
}

/** PutBucketEncryption with the `Rule` given: an object, several, or none. */
export function putBucketEncryptionEvent(rule: unknown, parts: EventParts = {}): Record<string, unknown> {
  return bucketEvent("PutBucketEncryption", {
    ...parts,
    requestParameters: {
      encryption: "",
      ServerSideEncryptionConfiguration: without({ xmlns: "http://s3.amazonaws.com/doc/2006-03-01/", Rule: rule }),
      ...parts.requestParameters,
    },
  });
}

export function deleteBucketEncryptionEvent(parts: EventParts = {}): Record<string, unknown> {
  return bucketEvent("DeleteBucketEncryption", { ...parts, requestParameters: { encryption: "" } });
}

/** CreateBucket, which has no `resources`, and outside us-east-1 a location. */
export function createBucketEvent(parts: EventParts = {}): Record<string, unknown> {
  const LocationConstraint = parts.region ?? "eu-west-1";
  const body = LocationConstraint === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint } };
  return bucketEvent("CreateBucket", {
    ...parts,
    requestParameters: { ...body, ...parts.requestParameters },
    record: { resources: undefined, ...parts.record },
  });
}

/** PutBucketTagging with the `Tag` given: an object, several, or none. */
export function putBucketTaggingEvent(tag: unknown, parts: EventParts = {}): Record<string, unknown> {
  const Tagging = { xmlns: "http://s3.amazonaws.com/doc/2006-03-01/", TagSet: tag === undefined ? "" : { Tag: tag } };
  return bucketEvent("PutBucketTagging", { ...parts, requestParameters: { tagging: "", Tagging } });
}

/** TagResource through S3 Control, which is logged as a call to S3. */
export function tagResourceEvent(resource: string, tag: unknown, parts: EventParts = {}): Record<string, unknown> {
  const xmlns = "http://awss3control.amazonaws.com/doc/2018-08-20/";
  return bucketEvent("TagResource", {
    ...parts,
    requestParameters: {
      Host: "111122223333.s3-control.eu-west-1.amazonaws.com",
      TagResourceRequest: { Tags: { Tag: tag }, xmlns },
      resource,
      ...parts.requestParameters,
    },
  });
}

// --- internal ---

/** Fields that are `undefined` are absent, as they would be in JSON. */
function without(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
