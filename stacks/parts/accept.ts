import { CfnResource } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/**
 * Accepts a finding of cdk-nag on a resource; the reason ends up beside it in the template. It is
 * written in cdk-nag's own format so that a deploy need not load cdk-nag.
 * https://github.com/cdklabs/cdk-nag#suppressing-a-rule
 */
export function accept(construct: IConstruct, id: string, reason: string): void {
  const resource = construct.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) throw new Error(`${construct.node.path} is not a single resource`);
  resource.addMetadata("cdk_nag", { rules_to_suppress: [{ id, reason }] });
}
