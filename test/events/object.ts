import { alice, type EventParts } from "./cloudtrail.ts";

/**
 * Events about objects as EventBridge delivers them, modelled on real ones: S3's own (version 1.2
 * of autumn 2026), and CloudTrail data events. No record of UpdateObjectEncryption has been
 * published, so that one follows the API's request.
 */

/** S3's "Object Created". `undefined` removes a field. */
export function objectCreated(
  key: unknown,
  parts: {
    readonly versionId?: string;
    readonly reason?: string;
    readonly requester?: string;
    readonly object?: object;
    readonly detail?: Readonly<Record<string, unknown>>;
    readonly envelope?: Readonly<Record<string, unknown>>;
  } = {},
): Record<string, unknown> {
  return without({
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "111122223333",
    time: "2026-11-21T08:15:14Z",
    region: "eu-west-1",
    resources: ["arn:aws:s3:::invoices"],
    detail: without({
      version: "0",
      "event-version": "1.2",
      bucket: { name: "invoices" },
      object: without({
        key,
        size: 5,
        etag: "b57f9512698f4b09e608f4f2a65852e5",
        "version-id": parts.versionId,
        sequencer: "00617F08299329D189",
        ...parts.object,
      }),
      "request-id": "N4N7GDK58NMKJ12R",
      requester: parts.requester ?? "111122223333",
      "source-ip-address": "198.51.100.7",
      reason: parts.reason ?? "PutObject",
      ...parts.detail,
    }),
    ...parts.envelope,
  });
}

export interface DataEventParts extends EventParts {
  readonly responseElements?: object | null;
  readonly additionalEventData?: object;
}

/** A data event of CloudTrail on an object. */
export function dataEvent(eventName: string, key: unknown, parts: DataEventParts = {}): Record<string, unknown> {
  const { bucket = "invoices", account = "111122223333", region = "eu-west-1" } = parts;
  const eventTime = parts.eventTime ?? "2026-11-21T08:15:14Z";
  return without({
    version: "0",
    id: "0d2b1f4e-0000-4000-8000-00000000e002",
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
      requestParameters: without({
        bucketName: bucket,
        Host: `${bucket}.s3.${region}.amazonaws.com`,
        key,
        ...parts.requestParameters,
      }),
      responseElements: parts.responseElements ?? { "x-amz-server-side-encryption": "AES256" },
      additionalEventData: { SignatureVersion: "SigV4", httpStatusCode: 200, ...parts.additionalEventData },
      requestID: "EXAMPLEREQID0002",
      eventID: parts.eventId ?? "00000000-0000-4000-8000-000000000002",
      readOnly: false,
      resources: [
        { accountId: account, type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${bucket}` },
        ...(typeof key === "string" ? [{ type: "AWS::S3::Object", ARN: `arn:aws:s3:::${bucket}/${key}` }] : []),
      ],
      eventType: "AwsApiCall",
      managementEvent: false,
      recipientAccountId: account,
      eventCategory: "Data",
      ...parts.record,
    }),
    ...parts.envelope,
  });
}

/** UpdateObjectEncryption, as its request would be logged. */
export function updateObjectEncryption(
  key: string,
  kmsKey: string,
  parts: DataEventParts = {},
): Record<string, unknown> {
  return dataEvent("UpdateObjectEncryption", key, {
    ...parts,
    responseElements: null,
    requestParameters: {
      encryption: "",
      ObjectEncryption: {
        xmlns: "http://s3.amazonaws.com/doc/2006-03-01/",
        "SSE-KMS": { KMSKeyArn: kmsKey, BucketKeyEnabled: true },
      },
      ...parts.requestParameters,
    },
    record: { responseElements: null, ...parts.record },
  });
}

/** Keys that software is prone to change. */
export const oddKeys: readonly string[] = [
  "a+b c%20d%2Fe.txt",
  "../x/../../y",
  "//double//slashes/",
  "quotes\"and's",
  "<tag>&amp;",
  "räksmörgås/日本語/😀.pdf",
  "new\nline\tand\u0000more",
  "trailing ",
  "true",
  "007",
  "ä".repeat(512),
];

// --- internal ---

/** Fields that are `undefined` are absent, as they would be in JSON. */
function without(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
