import type { AdvancedFieldSelector } from "@aws-sdk/client-cloudtrail";
import { describe, expect, test } from "vitest";
import type { TrailSeen } from "#aws/cloudtrail/trails";
import { objectCalls } from "#core/event/calls";
import type { Fact } from "#core/fact";
import type { Deployment } from "#core/stage/deployment";
import type { Answer } from "../../../cli/doctor/answer.ts";
import { judgeSenders } from "../../../cli/doctor/bucket-events.ts";
import { hasHeard, judgeCanary } from "../../../cli/doctor/canary.ts";
import { judgeSkew } from "../../../cli/doctor/clock.ts";
import { closedQueues } from "../../../cli/doctor/closed-queues.ts";
import { judgeQuota } from "../../../cli/doctor/concurrency.ts";
import { judgeDataEvents } from "../../../cli/doctor/data-events.ts";
import { judgeDeadLetters } from "../../../cli/doctor/dead-letters.ts";
import { judgeFunction } from "../../../cli/doctor/functions.ts";
import { judgeBus } from "../../../cli/doctor/hub-bus.ts";
import { judgeKey } from "../../../cli/doctor/keys.ts";
import { judgeLast } from "../../../cli/doctor/last-event.ts";
import { judgeMapping } from "../../../cli/doctor/mappings.ts";
import { judgePause } from "../../../cli/doctor/pause.ts";
import { judgeQueue } from "../../../cli/doctor/queue-policies.ts";
import { judgeRule } from "../../../cli/doctor/rules.ts";
import { judgeSubscriptions } from "../../../cli/doctor/subscription.ts";
import { judgeSweep } from "../../../cli/doctor/sweep.ts";
import { judgeTrails } from "../../../cli/doctor/trail.ts";
import { judgeVersions } from "../../../cli/doctor/versions.ts";

const known = <T>(value: T): Fact<T> => ({ known: true, value });
const denied = { known: false, error: { name: "AccessDenied", message: "no" } } as const;
const trail = (advanced: AdvancedFieldSelector[][], rest: Partial<TrailSeen> = {}): TrailSeen => ({
  arn: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/t",
  name: "t",
  logging: known(true),
  selectors: known({ basic: [], advanced: advanced.map((FieldSelectors) => ({ FieldSelectors })) }),
  ...rest,
});
const basic = (selector: object, logging: Fact<boolean> = known(true)): TrailSeen =>
  trail([], { logging, selectors: known({ basic: [selector], advanced: [] }) });
const is = (Field: string, ...Equals: string[]): AdvancedFieldSelector => ({ Field, Equals });
const management = is("eventCategory", "Management");
const data = [is("eventCategory", "Data"), is("resources.type", "AWS::S3::Object")];

describe("management events:", () => {
  test.each<[string, readonly TrailSeen[], Answer["answer"], RegExp]>([
    ["no trail", [], "finding", /no trail logs/],
    ["all of them", [basic({ IncludeManagementEvents: true, ReadWriteType: "All" })], "ok", /trail t logs/],
    ["writes", [basic({ IncludeManagementEvents: true, ReadWriteType: "WriteOnly" })], "ok", /logs/],
    ["reads only", [basic({ IncludeManagementEvents: true, ReadWriteType: "ReadOnly" })], "finding", /no trail/],
    ["none", [basic({ IncludeManagementEvents: false, ReadWriteType: "All" })], "finding", /no trail/],
    ["of a trail that is stopped", [basic({ IncludeManagementEvents: true }, known(false))], "finding", /stopped/],
    ["by an advanced selector", [trail([[management]])], "ok", /logs/],
    ["by one for reads", [trail([[management, is("readOnly", "true")]])], "finding", /no trail/],
    ["by one for another service", [trail([[management, is("eventSource", "ec2.amazonaws.com")]])], "finding", /no/],
    ["but for KMS", [trail([[management, { Field: "eventSource", NotEquals: ["kms.amazonaws.com"] }]])], "ok", /t/],
    ["by a data selector", [trail([data])], "finding", /no trail/],
    ["of a trail whose selectors are secret", [trail([], { selectors: denied })], "unknown", /could not be read/],
    ["of one whose status is secret", [trail([[management]], { logging: denied })], "unknown", /could not be read/],
    ["of a good trail beside a secret one", [trail([], { selectors: denied }), trail([[management]])], "ok", /t/],
    [
      "of a secret trail beside a stopped one",
      [basic({ IncludeManagementEvents: true }, known(false)), trail([], { selectors: denied })],
      "unknown",
      /read/,
    ],
  ])("%s", (_what, trails, answer, says) => {
    expect(judgeTrails(trails)).toMatchObject({ answer, says: expect.stringMatching(says) });
  });
});

describe("data events:", () => {
  const objects = (Values: string[], ReadWriteType = "All") =>
    basic({ ReadWriteType, DataResources: [{ Type: "AWS::S3::Object", Values }] });
  test.each<[string, readonly TrailSeen[], Answer["answer"]]>([
    ["no trail", [], "finding"],
    ["of all buckets", [objects(["arn:aws:s3"])], "ok"],
    ["of all buckets, written otherwise", [objects(["arn:aws:s3:::"])], "ok"],
    ["of one bucket", [objects(["arn:aws:s3:::one/"])], "unknown"],
    ["reads", [objects(["arn:aws:s3"], "ReadOnly")], "finding"],
    [
      "of functions",
      [basic({ DataResources: [{ Type: "AWS::Lambda::Function", Values: ["arn:aws:lambda"] }] })],
      "finding",
    ],
    ["by an advanced selector", [trail([data])], "ok"],
    [
      "by our own trail",
      [
        trail([
          [...data, is("eventName", ...objectCalls), { Field: "resources.ARN", NotStartsWith: ["arn:aws:s3:::logs/"] }],
        ]),
      ],
      "ok",
    ],
    ["some calls", [trail([[...data, is("eventName", "PutObject")]])], "unknown"],
    ["buckets by name", [trail([[...data, { Field: "resources.ARN", StartsWith: ["arn:aws:s3:::one/"] }]])], "unknown"],
    ["reads by an advanced selector", [trail([[...data, is("readOnly", "true")]])], "finding"],
    ["of a stopped trail", [trail([data], { logging: known(false) })], "finding"],
    ["secret", [trail([], { selectors: denied })], "unknown"],
  ])("%s", (_what, trails, answer) => {
    expect(judgeDataEvents(trails, ["archive"])).toMatchObject({ answer });
  });
});

const home = { account: "111122223333", region: "eu-west-1" };
const rule = { name: "r", pattern: "c21bbfe928ac331b", queueUrl: "https://sqs/1/events", bus: null, regions: null };
const onTheHubsBus = { ...rule, bus: "bucketseal-prod", regions: ["us-east-1"] };
const seenRule = (more: object = {}) => ({
  enabled: true,
  pattern: JSON.stringify({ account: [home.account], region: [home.region], source: ["aws.s3"] }),
  targets: [
    { Id: "1", Arn: "arn:aws:sqs:eu-west-1:1:events", DeadLetterConfig: { Arn: "arn:aws:sqs:eu-west-1:1:dead" } },
  ],
  ...more,
});
const ORG = "o-a1b2c3d4e5";
const members = {
  Effect: "Allow",
  Principal: "*",
  Action: "events:PutEvents",
  Condition: { StringEquals: { "aws:PrincipalOrgID": ORG } },
};
const busPolicy = (...Statement: object[]) => known(JSON.stringify({ Statement }));
const fed = { name: "f", roleArn: "arn:aws:iam::111122223333:role/f", sources: ["events"], asksItself: true };
const facts = (more: object = {}) => ({
  seen: known({ state: "Active", roleArn: fed.roleArn }),
  role: known(true),
  recursion: known(true),
  ...more,
});
const [role, ruleArn] = [fed.roleArn, "arn:aws:events:eu-west-1:111122223333:rule/r"];
const closed = { name: "events", url: "u", senders: [role, ruleArn], ruleArns: [ruleArn] };
const allow = {
  Effect: "Allow",
  Principal: { Service: "events.amazonaws.com" },
  Action: "sqs:SendMessage",
  Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
};
const deny = {
  Effect: "Deny",
  Principal: "*",
  Action: "sqs:SendMessage",
  Condition: { ArnNotEquals: { "aws:PrincipalArn": [role], "aws:SourceArn": ruleArn } },
};
const queue = (...Statement: object[]) => known({ arn: "a", messages: 0, policy: JSON.stringify({ Statement }) });
const key = (more: object = {}) =>
  known({
    arn: "k",
    state: "Enabled",
    spec: "SYMMETRIC_DEFAULT",
    usage: "ENCRYPT_DECRYPT",
    manager: "CUSTOMER",
    ...more,
  });
const KEY = "arn:aws:kms:eu-west-1:111122223333:alias/s3";
const mapping = (State: string) => known([{ EventSourceArn: "arn:aws:sqs:eu-west-1:1:events", State, UUID: "u" }]);

const NOON = Date.parse("2026-11-27T12:00:00Z");

test.each<[string, Answer, Answer["answer"], RegExp]>([
  ["a rule as deployed", judgeRule(rule, known(seenRule()), home), "ok", /enabled, as deployed/],
  ["a rule that is disabled", judgeRule(rule, known(seenRule({ enabled: false })), home), "finding", /disabled/],
  ["a rule that is gone", judgeRule(rule, known(null), home), "finding", /gone/],
  ["a rule that is secret", judgeRule(rule, denied, home), "unknown", /AccessDenied/],
  [
    "a rule with another pattern",
    judgeRule(rule, known(seenRule({ pattern: '{"source":["aws.s3"]}' })), home),
    "finding",
    /another pattern/,
  ],
  ["a rule with no pattern", judgeRule(rule, known(seenRule({ pattern: "" })), home), "finding", /another pattern/],
  [
    "a rule of another account",
    judgeRule(rule, known(seenRule()), { ...home, account: "1" }),
    "finding",
    /another pattern/,
  ],
  [
    "a rule for members, which names no account",
    judgeRule(onTheHubsBus, known(seenRule({ pattern: '{"source":["aws.s3"],"region":["us-east-1"]}' })), home),
    "ok",
    /as deployed/,
  ],
  [
    "a rule for members that takes events of fewer Regions than the hub covers",
    judgeRule(
      { ...onTheHubsBus, regions: ["us-east-1", "eu-west-1"] },
      known(seenRule({ pattern: '{"source":["aws.s3"],"region":["us-east-1"]}' })),
      home,
    ),
    "finding",
    /another pattern/,
  ],
  [
    "a rule for members of every Region, in another order",
    judgeRule(
      { ...onTheHubsBus, regions: ["us-east-1", "eu-west-1"] },
      known(seenRule({ pattern: '{"source":["aws.s3"],"region":["eu-west-1","us-east-1"]}' })),
      home,
    ),
    "ok",
    /as deployed/,
  ],
  [
    "a rule for members that is disabled",
    judgeRule(onTheHubsBus, known(seenRule({ enabled: false })), home),
    "finding",
    /disabled/,
  ],
  ["a rule without its target", judgeRule(rule, known(seenRule({ targets: [] })), home), "finding", /does not send/],
  [
    "a rule whose target has no dead-letter queue",
    judgeRule(rule, known(seenRule({ targets: [{ Id: "1", Arn: ":events" }] })), home),
    "finding",
    /no dead-letter queue/,
  ],
  ["a hub's bus", judgeBus("b", ORG, busPolicy(members)), "ok", /takes events of o-a1b2c3d4e5 only/],
  ["a hub's bus that is gone", judgeBus("b", ORG, known(null)), "finding", /gone/],
  ["a hub's bus that is secret", judgeBus("b", ORG, denied), "unknown", /AccessDenied/],
  ["a hub's bus without a policy", judgeBus("b", ORG, known("")), "finding", /members' events are lost/],
  ["a hub's bus for another organization", judgeBus("b", "o-other", busPolicy(members)), "finding", /are lost/],
  [
    "a hub's bus that is open to everybody",
    judgeBus("b", ORG, busPolicy(members, { ...members, Condition: undefined })),
    "finding",
    /allows more than was deployed/,
  ],
  [
    "a hub's bus on which others make rules",
    judgeBus("b", ORG, busPolicy(members, { ...members, Action: ["events:PutEvents", "events:PutRule"] })),
    "finding",
    /allows more/,
  ],
  ["a function", judgeFunction(fed, facts()), "ok", /its own role/],
  ["a function that is gone", judgeFunction(fed, facts({ seen: known(null) })), "finding", /gone/],
  [
    "a function without its role",
    judgeFunction(fed, facts({ role: known(false) })),
    "finding",
    /role of function f is gone/,
  ],
  [
    "a function under another role",
    judgeFunction(fed, facts({ seen: known({ state: "Active", roleArn: "arn:x" }) })),
    "finding",
    /another role/,
  ],
  [
    "a function that may not ask itself",
    judgeFunction(fed, facts({ recursion: known(false) })),
    "finding",
    /drops them/,
  ],
  [
    "a function that failed",
    judgeFunction(fed, facts({ seen: known({ state: "Failed", roleArn: fed.roleArn }) })),
    "finding",
    /Failed/,
  ],
  ["a secret function", judgeFunction(fed, facts({ seen: denied })), "unknown", /could not be read/],
  ["a secret role", judgeFunction(fed, facts({ role: denied })), "unknown", /role of/],
  ["a secret loop detection", judgeFunction(fed, facts({ recursion: denied })), "unknown", /loop detection/],
  ["a mapping", judgeMapping("f", "events", mapping("Enabled")), "ok", /enabled/],
  [
    "a mapping that is disabled",
    judgeMapping("f", "events", mapping("Disabled")),
    "finding",
    /is Disabled: messages wait/,
  ],
  ["no mapping", judgeMapping("f", "lane", mapping("Enabled")), "finding", /gone/],
  ["a secret mapping", judgeMapping("f", "events", denied), "unknown", /could not/],
  ["a queue that is closed", judgeQueue(closed, queue(allow, deny)), "ok", /as deployed/],
  ["a queue without a policy", judgeQueue(closed, known({ arn: "a", messages: 0, policy: "" })), "finding", /is open/],
  [
    "a queue whose deny lets fewer send",
    judgeQueue(closed, queue(allow, { ...deny, Condition: { ArnNotEquals: { "aws:SourceArn": ruleArn } } })),
    "finding",
    /is open/,
  ],
  [
    "a queue that a stranger may use",
    judgeQueue(closed, queue(allow, deny, { Effect: "Allow", Principal: "*", Action: "sqs:ReceiveMessage" })),
    "finding",
    /allows more/,
  ],
  ["a queue that its rule may not use", judgeQueue(closed, queue(deny)), "finding", /does not let/],
  ["a queue that is gone", judgeQueue(closed, known(null)), "finding", /gone/],
  ["a secret queue", judgeQueue(closed, denied), "unknown", /could not/],
  ["no dead letters", judgeDeadLetters("bucket", known({ arn: "a", policy: "", messages: 0 })), "ok", /empty/],
  [
    "dead letters",
    judgeDeadLetters("bucket", known({ arn: "a", policy: "", messages: 2 })),
    "finding",
    /about 2 messages/,
  ],
  ["no dead-letter queue", judgeDeadLetters("bucket", known(null)), "finding", /gone/],
  ["a secret dead-letter queue", judgeDeadLetters("bucket", denied), "unknown", /could not/],
  ["a key", judgeKey("k", KEY, "eu-west-1", key()), "ok", /can be used/],
  [
    "a key that is disabled",
    judgeKey("k", KEY, "eu-west-1", key({ state: "PendingDeletion" })),
    "finding",
    /PendingDeletion/,
  ],
  ["a key for signing", judgeKey("k", KEY, "eu-west-1", key({ spec: "RSA_2048" })), "finding", /no symmetric/],
  ["no key", judgeKey("k", KEY, "eu-west-1", known(null)), "finding", /does not exist/],
  ["a secret key", judgeKey("k", KEY, "eu-west-1", denied), "unknown", /could not/],
  ["a key of another Region", judgeKey("k", KEY, "eu-north-1", known(null)), "ok", /another Region/],
  ["enough concurrency", judgeQuota(known(100), 21), "ok", /100 executions/],
  ["too little concurrency", judgeQuota(known(10), 21), "finding", /may use 21/],
  ["a quota that Lambda does not say", judgeQuota(known(null), 21), "unknown", /could not/],
  ["a secret quota", judgeQuota(denied, 21), "unknown", /could not/],
  ["writes allowed", judgePause(known(null)), "ok", /allowed/],
  ["writes paused", judgePause(known("writes are paused: by \u202ex")), "finding", /by \\u\{202e\}x/],
  ["a secret pause", judgePause(denied), "unknown", /could not/],
  [
    "a confirmed subscription",
    judgeSubscriptions("the alerts", known([{ protocol: "email", endpoint: "a@b", confirmed: true }]), true),
    "ok",
    /all confirmed/,
  ],
  [
    "a pending one",
    judgeSubscriptions("the alerts", known([{ protocol: "email", endpoint: "a@b", confirmed: false }]), true),
    "finding",
    /not confirmed: email a@b/,
  ],
  ["none", judgeSubscriptions("the alerts", known([]), true), "finding", /nobody hears/],
  ["none where none is needed", judgeSubscriptions("silence", known([]), false), "ok", /nobody/],
  ["no topic", judgeSubscriptions("the alerts", known(null), true), "finding", /gone/],
  ["a secret topic", judgeSubscriptions("the alerts", denied, true), "unknown", /could not/],
  ["equal versions", judgeVersions("1.0.0", "1.0.0"), "ok", /both/],
  ["different versions", judgeVersions("1.1.0", "1.0.0"), "finding", /the CLI is version 1.1.0, the stage 1.0.0/],
  ["a stage without a version", judgeVersions("1.1.0", undefined), "unknown", /does not say/],
  ["a clock that is right", judgeSkew(-1_400), "ok", /agrees/],
  ["a clock that is fast", judgeSkew(90_000), "finding", /90 s ahead of/],
  ["a clock that is slow", judgeSkew(-90_000), "finding", /90 s behind/],
  ["an answer without a date", judgeSkew(null), "unknown", /no date/],
  ["a recent event", judgeLast("2026-11-27T10:00:00Z", Date.parse("2026-11-27T10:05:00Z")), "ok", /5 min ago/],
  ["a quiet week", judgeLast(null, 0), "unknown", /no event/],
  ["a canary that came back", judgeCanary(7, { bucket: null, waitSeconds: 60 }), "ok", /7 s later/],
  ["a canary that did not", judgeCanary(null, { bucket: null, waitSeconds: 60 }), "finding", /within 60 s/],
  ["a sweep in time", judgeSweep("rate(1 day)", { ended: "2026-11-26T10:00:00Z" }, NOON), "ok", /26 h ago/],
  [
    "a sweep that is overdue",
    judgeSweep("rate(1 day)", { ended: "2026-11-24T10:00:00Z" }, NOON),
    "finding",
    /due every 24 h/,
  ],
  ["a sweep by a cron", judgeSweep("cron(0 3 * * ? *)", { ended: "2026-11-24T10:00:00Z" }, NOON), "ok", /3 d ago/],
  [
    "an old sweep by a cron",
    judgeSweep("cron(0 3 * * ? *)", { ended: "2026-10-24T10:00:00Z" }, NOON),
    "unknown",
    /by the schedule/,
  ],
  ["no sweep", judgeSweep("rate(1 day)", null, NOON), "finding", /no sweep/],
  ["buckets that send", judgeSenders([{ bucket: "a", sends: true }]), "ok", /1 bucket/],
  [
    "a bucket that does not",
    judgeSenders([
      { bucket: "a", sends: null },
      { bucket: "b", sends: false },
    ]),
    "finding",
    /: b$/,
  ],
  [
    "a secret bucket",
    judgeSenders([
      { bucket: "a", sends: null },
      { bucket: "b", sends: true },
    ]),
    "unknown",
    /: a$/,
  ],
  ["no bucket yet", judgeSenders([]), "unknown", /knows no bucket/],
])("%s", (_what, given, answer, says) => {
  expect(given).toMatchObject({ answer, says: expect.stringMatching(says) });
  expect(given.fix === null).toBe(answer === "ok");
});

test("a canary hears its own tag only: not one that was known, nor an older one, nor another call", () => {
  const from = Date.parse("2026-11-27T10:00:00.900Z");
  const heard = (eventName: string, eventTime: string, eventId = "e") =>
    hasHeard({ triggers: [{ eventId, eventName, eventTime, actor: null }] }, new Set(["known"]), from);
  expect(heard("PutBucketTagging", "2026-11-27T10:00:00Z")).toBe(true);
  expect(heard("TagResource", "2026-11-27T10:00:02Z")).toBe(true);
  expect(heard("PutBucketTagging", "2026-11-27T10:00:00Z", "known")).toBe(false);
  expect(heard("PutBucketTagging", "2026-11-27T09:59:00Z")).toBe(false);
  expect(heard("CreateBucket", "2026-11-27T10:00:00Z")).toBe(false);
});

test("the queues of a hub are open to the rules on its bus, too", () => {
  const url = (name: string) => `https://sqs.eu-west-1.amazonaws.com/111122223333/${name}`;
  const deployment = {
    eventQueueUrl: url("events"),
    deadLetterQueueUrl: url("dead"),
    undeliveredQueueUrl: url("undelivered"),
    objectQueueUrl: url("objects"),
    objectDeadLetterQueueUrl: url("objects-dead"),
    objectUndeliveredQueueUrl: url("objects-undelivered"),
    sweepQueueUrl: url("sweep"),
    bucketRule: "r",
    keyRule: "k",
  } as Deployment;
  const hub = {
    ...deployment,
    hubBusArn: "arn:aws:events:eu-west-1:111122223333:event-bus/bucketseal-prod",
    memberBucketRule: "m",
    memberKeyRule: "n",
  };
  const rulesOf = (of: Deployment, name: string) =>
    closedQueues(of, home)
      .find((each) => each.name === name)
      ?.ruleArns.map((arn) => arn.replace("arn:aws:events:eu-west-1:111122223333:rule/", ""));
  expect([rulesOf(deployment, "events"), rulesOf(deployment, "sweep")]).toEqual([["r"], ["k"]]);
  expect([rulesOf(hub, "events"), rulesOf(hub, "undelivered")]).toEqual(Array(2).fill(["r", "bucketseal-prod/m"]));
  expect(rulesOf(hub, "sweep")).toEqual(["k", "bucketseal-prod/n"]);
  expect(rulesOf({ ...deployment, jobRule: "j" }, "sweep")).toEqual(["k", "j"]);
  expect(rulesOf(hub, "objects")).toEqual([]);
});
