/** Prices in us-east-1 in USD, with their sources. None was read live: see `source`. */
export interface Price {
  readonly usd: number;
  readonly per: number;
  readonly unit: string;
  readonly source: string;
}

/** When these were collected. */
export const PRICES_OF = "2026-11-21";

const MILLION = 1_000_000;

export const prices = {
  s3Write: {
    usd: 0.005,
    per: 1_000,
    unit: "PUT, COPY or UpdateObjectEncryption",
    source: "third-party (c3x.dev, cloudkaramchari.com); that UpdateObjectEncryption counts as PUT is not verified",
  },
  s3Read: { usd: 0.0004, per: 1_000, unit: "GET or HEAD", source: "third-party (c3x.dev)" },
  kms: { usd: 0.03, per: 10_000, unit: "KMS calls", source: "stored copy of aws.amazon.com/kms/pricing" },
  lambdaRequest: { usd: 0.2, per: MILLION, unit: "invocations", source: "third-party (cloudchipr.com, 2024)" },
  lambdaTime: {
    usd: 0.0000133334,
    per: 1,
    unit: "GB-second on arm64",
    source: "third-party (cloudchipr.com, 2024)",
  },
  sqs: {
    usd: 0.4,
    per: MILLION,
    unit: "SQS requests of up to 64 KB",
    source: "third-party (cloudburn.io, March 2026)",
  },
  bucketEvent: {
    usd: 1,
    per: MILLION,
    unit: "S3 events on EventBridge",
    source:
      "stored copy of aws.amazon.com/eventbridge/pricing names S3 among the services whose data events are opt-in; their price and third parties that call them free disagree, so the higher one is used",
  },
  dataEvent: {
    usd: 0.1,
    per: 100_000,
    unit: "CloudTrail data events",
    source:
      "stored copy of aws.amazon.com/cloudtrail/pricing; that EventBridge charges nothing for them is not verified; if it does, add up to 1.00 a million",
  },
  dynamodbWrite: { usd: 0.625, per: MILLION, unit: "writes of 1 KB", source: "third-party (airbyte.com, July 2025)" },
  dynamodbRead: { usd: 0.125, per: MILLION, unit: "reads of 4 KB", source: "third-party (airbyte.com, July 2025)" },
  batchJob: { usd: 0.25, per: 1, unit: "jobs of S3 Batch Operations", source: "not verified" },
  batchObject: { usd: 1, per: MILLION, unit: "objects of S3 Batch Operations", source: "not verified" },
  inventory: { usd: 0.0025, per: MILLION, unit: "objects in a list of S3 Inventory", source: "not verified" },
  sns: { usd: 0.5, per: MILLION, unit: "SNS publishes", source: "third-party (factualminds.com, June 2026)" },
  logs: { usd: 0.5, per: 1_000_000_000, unit: "bytes of CloudWatch Logs", source: "third-party (c3x.dev, June 2026)" },
  busEvent: {
    usd: 1,
    per: MILLION,
    unit: "events to another account's bus",
    source: "third-party (factualminds.com, June 2026; cloudburn.io, March 2026)",
  },
  configItem: { usd: 0.003, per: 1, unit: "configuration items of AWS Config", source: "third-party (vantage.sh)" },
  configRule: {
    usd: 0.001,
    per: 1,
    unit: "evaluations of an AWS Config rule, the first 100,000 of an account and Region",
    source: "third-party (vantage.sh)",
  },
  securityCheck: { usd: 0.001, per: 1, unit: "checks of Security Hub", source: "not verified" },
  stateTransition: { usd: 25, per: MILLION, unit: "transitions of Step Functions", source: "not verified" },
  automationStep: { usd: 0.002, per: 1, unit: "steps of Systems Manager Automation", source: "not verified" },
} satisfies Record<string, Price>;
