import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { CreateAliasCommand, CreateKeyCommand } from "@aws-sdk/client-kms";
import { seed } from "../../../../sandbox/seed.ts";
import { clients } from "../../local-aws/clients.ts";
import { eventually } from "../../local-aws/eventually.ts";
import { rootOf } from "../../local-aws/local-aws.ts";
import { AWAY, HOME, type Member } from "./world.ts";

interface Where {
  readonly endpoint: string;
  readonly template: string;
}

/** Deploys a template into an account and Region, with the defaults of the other parameters. */
export async function enrol(
  { endpoint, template }: Where,
  account: string,
  region: string,
  StackName = "bucketseal-member",
  parameters: Readonly<Record<string, string>> = {},
): Promise<void> {
  const cloudformation = new CloudFormationClient({ endpoint, region, credentials: rootOf(account) });
  const Parameters = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
  const named = { StackName, TemplateBody: template, Parameters };
  await cloudformation.send(new CreateStackCommand({ ...named, Capabilities: ["CAPABILITY_NAMED_IAM"] }));
  const status = await eventually("the member's stack", async () => {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus = "", StackStatusReason = "" } = Stacks?.[0] ?? {};
    return StackStatus.endsWith("_IN_PROGRESS") ? undefined : `${StackStatus} ${StackStatusReason}`.trim();
  });
  if (status !== "CREATE_COMPLETE") throw new Error(`the member's stack in ${account} and ${region}: ${status}`);
}

/** The declared key in both Regions of an account, and somebody in it. */
export async function member(endpoint: string, account: string): Promise<Member> {
  const { keyArn, users } = await seed({ endpoint, region: HOME, credentials: rootOf(account) });
  const { kms } = clients({ endpoint, region: AWAY, credentials: rootOf(account) });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const away = KeyMetadata?.Arn ?? "";
  await kms.send(new CreateAliasCommand({ AliasName: "alias/s3-default", TargetKeyId: away }));
  return { account, alice: users.alice, keys: { [HOME]: keyArn, [AWAY]: away } };
}
