import { DisableKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { beforeAll, describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { settled } from "./s3-setting.ts";

const aws = conformance();
let TopicArn: string;

async function topic(name: string, Attributes: Record<string, string> = {}): Promise<string> {
  const created = await aws.sns.send(new CreateTopicCommand({ Name: `${aws.prefix}-${name}`, Attributes }));
  const arn = created.TopicArn ?? "";
  aws.later(async () => await aws.sns.send(new DeleteTopicCommand({ TopicArn: arn })));
  return arn;
}

beforeAll(async () => {
  TopicArn = await topic("plain");
});

// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html; captured on AWS in September 2026
describe("the subject of a message", () => {
  const publish = async (Subject: string) =>
    await aws.sns.send(new PublishCommand({ TopicArn, Message: "m", Subject }));

  test.each([
    ["100 characters", "a".repeat(100)],
    ["100 characters of Chinese", "中".repeat(100)],
    ["50 emoji, 100 UTF-16 units", "😀".repeat(50)],
  ])("may have %s", async (_, subject) => {
    expect((await publish(subject)).MessageId).toBeTypeOf("string");
  });

  test.each([
    ["101 characters", "a".repeat(101)],
    ["51 emoji, 102 UTF-16 units", "😀".repeat(51)],
    ["a newline", "one\ntwo"],
    ["nothing in it", ""],
  ])("must not have %s", async (_, subject) => {
    await expect(publish(subject)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringContaining("Subject"),
    });
  });
});

// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html; captured on AWS in September 2026
describe("a message attribute", () => {
  const attributes = (StringValue: string) => ({ bucket: { DataType: "String", StringValue } });

  test("may hold text of the basic plane", async () => {
    const sent = await aws.sns.send(
      new PublishCommand({ TopicArn, Message: "m", MessageAttributes: attributes("grün 中") }),
    );
    expect(sent.MessageId).toBeTypeOf("string");
  });

  test.each([
    ["empty", ""],
    ["with an emoji", "a😀"],
  ])("must not be %s", async (_, value) => {
    const sent = aws.sns.send(new PublishCommand({ TopicArn, Message: "m", MessageAttributes: attributes(value) }));
    await expect(sent).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  test("that is not allowed has the whole batch refused", async () => {
    const PublishBatchRequestEntries = [
      { Id: "good", Message: "m" },
      { Id: "bad", Message: "m", MessageAttributes: attributes("😀") },
    ];
    const sent = aws.sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    await expect(sent).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });
});

// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-what-permissions-for-sse
describe("an encrypted topic", () => {
  test("requires kms:GenerateDataKey and kms:Decrypt of its publisher", async () => {
    const KmsMasterKeyId = await aws.key();
    const encrypted = await topic("encrypted", { KmsMasterKeyId });
    const publish = { Effect: "Allow", Action: "sns:Publish", Resource: encrypted };
    const use = { Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: KmsMasterKeyId };
    const withKey = await aws.otherUser([publish, use]);
    const without = await aws.otherUser([publish, { ...use, Action: "kms:GenerateDataKey" }]);
    const message = new PublishCommand({ TopicArn: encrypted, Message: "m" });
    expect((await withKey.sns.send(message)).MessageId).toBeTypeOf("string");
    await expect(without.sns.send(message)).rejects.toMatchObject({
      name: "KMSAccessDeniedException",
      message: expect.stringContaining("kms:Decrypt"),
    });
    await aws.kms.send(new DisableKeyCommand({ KeyId: KmsMasterKeyId }));
    await settled(async () => {
      await expect(withKey.sns.send(message)).rejects.toMatchObject({ name: "KMSDisabledException" });
    });
  });
});

// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
test("an email address stays pending until its owner confirms it, and has no ARN until then", async () => {
  const arn = await topic("pending");
  const Endpoint = "simulator+bucketseal@example.com";
  const { SubscriptionArn } = await aws.sns.send(new SubscribeCommand({ TopicArn: arn, Protocol: "email", Endpoint }));
  expect(SubscriptionArn).toBe("pending confirmation");
  const { Subscriptions } = await aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: arn }));
  expect(Subscriptions).toMatchObject([{ Protocol: "email", Endpoint, SubscriptionArn: "PendingConfirmation" }]);
});
