import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import { z } from "zod";
import { type ChosenOptions, METADATA, OPTION_VARIABLES } from "../../stacks/remembered.ts";

/** The stack as CloudFormation knows it. */
export interface DeployedStack {
  readonly status: string;
  /** The options it was made with. */
  readonly options: ChosenOptions;
}

/** The name that SST gives to the stack of a stage. */
export const stackName = (stage: string) => `${stage}-bucketseal-Hub`;

/**
 * The stack of a stage with the options that its template remembers; `null`: there is none.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
 */
export async function readStack(region: string, stage: string): Promise<DeployedStack | null> {
  const cloudformation = new CloudFormationClient({ region });
  const StackName = stackName(stage);
  try {
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    const status = Stacks[0]?.StackStatus;
    if (status === undefined || status === "DELETE_COMPLETE") return null;
    const { TemplateBody } = await cloudformation.send(new GetTemplateCommand({ StackName }));
    return { status, options: optionsOf(TemplateBody ?? "") };
  } catch (error) {
    if (error instanceof Error && error.name === "ValidationError" && /does not exist/.test(error.message)) return null;
    throw error;
  }
}

/**
 * Why the stack's last deployment failed: the first resource that did, with CloudFormation's
 * reason.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
 */
export async function firstFailure(region: string, stage: string, since: Date): Promise<string | null> {
  const cloudformation = new CloudFormationClient({ region });
  try {
    const events = await cloudformation.send(new DescribeStackEventsCommand({ StackName: stackName(stage) }));
    const failed = (events.StackEvents ?? []).filter(
      ({ ResourceStatus, Timestamp }) =>
        ResourceStatus?.endsWith("_FAILED") === true && (Timestamp === undefined || Timestamp >= since),
    );
    const first = failed.at(-1);
    if (first === undefined) return null;
    return `${first.LogicalResourceId} (${first.ResourceType}): ${first.ResourceStatusReason ?? "no reason was given"}`;
  } catch {
    return null;
  }
}

// --- internal ---

const metadataSchema = z.object({
  Metadata: z.object({ [METADATA]: z.object({ options: z.record(z.string(), z.string()) }) }),
});

function optionsOf(template: string): ChosenOptions {
  const found = metadataSchema.safeParse(json(template));
  if (!found.success) return {};
  const { options } = found.data.Metadata[METADATA];
  return Object.fromEntries(OPTION_VARIABLES.flatMap((name) => (options[name] ? [[name, options[name]]] : [])));
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
