import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";
import { expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";

const aws = conformance();
const WAIT = { maxWaitTime: 120, minDelay: 1, maxDelay: 2 };

const looks = {
  Id: "looks",
  MetricStat: { Metric: { Namespace: "Conformance", MetricName: "Looks" }, Period: 300, Stat: "SampleCount" },
};
const share = { Id: "share", Expression: "100 / looks" };

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
test.each([
  ["is made where one of its metrics returns data", [{ ...looks, ReturnData: false }, share], true],
  ["is refused where two of them return data", [looks, share], false],
])(
  "an alarm on metric math %s",
  async (_what, Metrics, isMade) => {
    const config = aws.real ? {} : { endpoint: aws.endpoint ?? "", credentials: aws.s3.config.credentials };
    const client = new CloudFormationClient({ region: aws.region, ...config });
    const StackName = `${aws.prefix}-alarm-${isMade ? "one" : "two"}`;
    const Properties = { Metrics, Threshold: 20, ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: 1 };
    const Resources = { Alarm: { Type: "AWS::CloudWatch::Alarm", Properties } };
    await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources }) }));
    const made = await waitUntilStackCreateComplete({ client, ...WAIT }, { StackName }).then(
      () => true,
      () => false,
    );
    await client.send(new DeleteStackCommand({ StackName }));
    await waitUntilStackDeleteComplete({ client, ...WAIT }, { StackName });
    expect(made).toBe(isMade);
  },
  180_000,
);
