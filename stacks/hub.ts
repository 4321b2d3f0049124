import type { StackContext } from "sst/constructs";
import { hub } from "./hub-resources.ts";
import { options } from "./options.ts";
import { remember } from "./remembered.ts";

/** The stack that finds and repairs buckets of its own account and Region. */
export function Hub({ stack, app }: StackContext): void {
  // SST gives every stack a function for custom resources; this one has none.
  stack.node.tryRemoveChild("CustomResourceHandler");
  remember(stack, process.env);
  stack.addOutputs(hub(stack, app.stage, options(process.env)));
}
