import type { StackContext } from "sst/constructs";
import { hub } from "./hub-resources.ts";
import { options } from "./options.ts";
import { withOrgText } from "./org/options.ts";
import { remember } from "./remembered.ts";

/**
 * The stack that finds and repairs buckets of its own account and Region and, with an organization,
 * of the members'.
 */
export function Hub({ stack, app }: StackContext): void {
  // SST gives every stack a function for custom resources; this one has none.
  stack.node.tryRemoveChild("CustomResourceHandler");
  const environment = withOrgText(process.env);
  remember(stack, environment);
  stack.addOutputs(hub(stack, app.stage, options(environment)));
}
