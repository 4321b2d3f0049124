/** The parts of a deployed stage and where they are. */

import * as z from "zod";

const tableName = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{3,255}$/, "a plain table name, no ARN: an ARN could be of another account");
const roleArn = z.string().regex(/^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, "the ARN of a role");
const queueUrl = z.url();
const name = z.string().min(1);

/**
 * The parts of one deployed stage, as its stack recorded them. Parsed strictly: anyone who may
 * write that parameter could otherwise redirect pushes and repairs.
 */
export const deploymentSchema = z.object({
  stage: name,
  policyTable: tableName,
  ledgerTable: tableName,
  /** The only role that may write the policy table and pins, and clear integrity alarms. */
  pushRoleArn: roleArn,
  /** The only role that may redrive the dead-letter queue. */
  redriveRoleArn: roleArn,
  topicArn: name,
  /** The topic without a key, which says that the other one is silent. */
  silenceTopicArn: name.optional(),
  /** Name of the Parameter Store parameter that pauses writes. */
  pauseParameter: z.string().regex(/^\/bucketseal\/[^/]+\/writes$/, "/bucketseal/STAGE/writes"),
  eventQueueUrl: queueUrl,
  deadLetterQueueUrl: queueUrl,
  undeliveredQueueUrl: queueUrl,
  bucketFunction: name,
  bucketRoleArn: roleArn,
  policyFunction: name,
  policyRoleArn: roleArn,
  objectQueueUrl: queueUrl,
  objectDeadLetterQueueUrl: queueUrl,
  objectUndeliveredQueueUrl: queueUrl,
  objectFunction: name,
  objectRoleArn: roleArn,
  /** The only role that may redrive the objects' dead-letter queue. */
  objectRedriveRoleArn: roleArn,
  /** Missing in stages that were deployed before there were sweeps. */
  startRoleArn: roleArn.optional(),
  sweepQueueUrl: queueUrl.optional(),
  sweepDeadLetterQueueUrl: queueUrl.optional(),
  sweepUndeliveredQueueUrl: queueUrl.optional(),
  laneQueueUrl: queueUrl.optional(),
  laneDeadLetterQueueUrl: queueUrl.optional(),
  sweepFunction: name.optional(),
  sweepRoleArn: roleArn.optional(),
  /** When a sweep starts, as EventBridge Scheduler writes it, or `off`. */
  sweep: name.optional(),
  /** Whether events about objects are brought to the object function at all. */
  objects: z.enum(["on", "off"]).optional(),
  /** The only role of people that may write what is remembered of a bucket. */
  operatorRoleArn: roleArn.optional(),
  /** How many days an entry of a bucket's history is kept. */
  historyDays: z
    .string()
    .regex(/^\d{1,4}$/)
    .optional(),
  /** The rules that bring events, each with the hash of its pattern as deployed (pattern.ts). */
  bucketRule: name.optional(),
  bucketRulePattern: name.optional(),
  objectCreatedRule: name.optional(),
  objectCreatedRulePattern: name.optional(),
  objectCalledRule: name.optional(),
  objectCalledRulePattern: name.optional(),
  keyRule: name.optional(),
  keyRulePattern: name.optional(),
  jobRule: name.optional(),
  jobRulePattern: name.optional(),
  memberBucketRule: name.optional(),
  memberBucketRulePattern: name.optional(),
  memberKeyRule: name.optional(),
  memberKeyRulePattern: name.optional(),
  /** With an organization: that there is one, and what people need to act in its members. */
  org: z.literal("on").optional(),
  organizationId: name.optional(),
  homeRegion: name.optional(),
  /** The Regions that are looked after, with commas. */
  regions: name.optional(),
  /** The units or the accounts that are looked after, with commas, or how many; missing: all. */
  ous: name.optional(),
  accounts: name.optional(),
  externalId: name.optional(),
  /** The event bus that members send to. */
  hubBusArn: z
    .string()
    .regex(/^arn:[a-z-]+:events:[a-z0-9-]+:\d{12}:event-bus\/[\w.-]+$/, "the ARN of an event bus")
    .optional(),
  /** The ARN of the role in members, with `*` in the place of the account. */
  memberRole: z
    .string()
    .regex(/^arn:[a-z-]+:iam::\*:role\/[\w+=,.@/-]+$/, "the ARN of a role with * as its account")
    .optional(),
  /** Whether the hub may switch on a bucket's events about its objects. */
  manageNotifications: z.enum(["on", "off"]).optional(),
  /** Passes over existing objects, where there are any: the role of people, queues and function. */
  backfillRoleArn: roleArn.optional(),
  backfillQueueUrl: queueUrl.optional(),
  backfillDeadLetterQueueUrl: queueUrl.optional(),
  atRestQueueUrl: queueUrl.optional(),
  atRestDeadLetterQueueUrl: queueUrl.optional(),
  backfillFunction: name.optional(),
  backfillFunctionRoleArn: roleArn.optional(),
  /** The role and the bucket of reports for jobs of S3 Batch Operations, where there are any. */
  batchJobRoleArn: roleArn.optional(),
  batchReportBucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket")
    .optional(),
  /** With object functions in members: the role that lets them in, and the key of their code. */
  planeRoleArn: roleArn.optional(),
  objectCode: name.optional(),
  /** The version of Bucketseal that is deployed. */
  version: name.optional(),
  /** Which deployment wrote this: the time at which `npm run deploy` began. */
  deployment: name.optional(),
});

export type Deployment = z.infer<typeof deploymentSchema>;

/** The account of all roles of a deployment; `null` if they differ. */
export function accountOf(deployment: Deployment): string | null {
  const roles = Object.entries(deployment).flatMap(([part, arn]) =>
    part.endsWith("RoleArn") && arn !== undefined ? [arn] : [],
  );
  const accounts = new Set(roles.map((arn) => arn.split(":")[4]));
  const [account] = accounts;
  return accounts.size === 1 && account !== undefined ? account : null;
}
