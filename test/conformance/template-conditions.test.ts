import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import { beforeAll, describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html

const aws = conformance();
let cloudformation: CloudFormationClient;

/** One output for each condition that holds. */
function template(more: object = {}): string {
  const equals = (...values: unknown[]) => ({ "Fn::Equals": values });
  const Conditions = {
    Here: equals({ Ref: "AWS::Region" }, { Ref: "Home" }),
    There: equals({ Ref: "AWS::Region" }, "eu-west-1"),
    Own: equals({ Ref: "AWS::AccountId" }, aws.account),
    Commercial: equals({ Ref: "AWS::Partition" }, "aws"),
    Elsewhere: { "Fn::Not": [{ Condition: "Here" }] },
    ...more,
  };
  const output = (Condition: string) => [Condition, { Condition, Value: "holds" }];
  return JSON.stringify({
    Parameters: { Home: { Type: "String" } },
    Conditions,
    Resources: { Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" } },
    Outputs: Object.fromEntries(Object.keys(Conditions).map(output)),
  });
}

const parameters = (Home: string) => [{ ParameterKey: "Home", ParameterValue: Home }];

async function holding(StackName: string, status: string): Promise<string[]> {
  const stack = await eventually("the stack", async () => {
    const [found] = (await cloudformation.send(new DescribeStacksCommand({ StackName }))).Stacks ?? [];
    return found?.StackStatus === status ? found : undefined;
  });
  return (stack.Outputs ?? []).map(({ OutputKey = "" }) => OutputKey).toSorted();
}

describe("a template's conditions on where it is deployed", () => {
  beforeAll(async () => {
    const { credentials, region } = aws.sts.config;
    const endpoint = aws.endpoint === undefined ? {} : { endpoint: aws.endpoint };
    cloudformation = new CloudFormationClient({ region, credentials, ...endpoint });
  });

  test("hold by Region, account and partition, when it is made and when it is updated", async () => {
    const StackName = `${aws.prefix}-where`;
    aws.later(() => cloudformation.send(new DeleteStackCommand({ StackName })));
    const made = { StackName, TemplateBody: template(), Parameters: parameters(aws.region) };
    await cloudformation.send(new CreateStackCommand(made));
    expect(await holding(StackName, "CREATE_COMPLETE")).toEqual(["Commercial", "Here", "Own"]);
    await cloudformation.send(new UpdateStackCommand({ ...made, Parameters: parameters("eu-west-1") }));
    expect(await holding(StackName, "UPDATE_COMPLETE")).toEqual(["Commercial", "Elsewhere", "Own"]);
  });

  test("hold for a change set too", async () => {
    const StackName = `${aws.prefix}-changed`;
    aws.later(() => cloudformation.send(new DeleteStackCommand({ StackName })));
    const { Id = "" } = await cloudformation.send(
      new CreateChangeSetCommand({
        StackName,
        ChangeSetName: "first",
        ChangeSetType: "CREATE",
        TemplateBody: template(),
        Parameters: parameters(aws.region),
      }),
    );
    await eventually("the execution", async () => {
      return await cloudformation
        .send(new ExecuteChangeSetCommand({ ChangeSetName: Id }))
        .then(() => true)
        .catch(() => undefined);
    });
    expect(await holding(StackName, "CREATE_COMPLETE")).toEqual(["Commercial", "Here", "Own"]);
  });
});
