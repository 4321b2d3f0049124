import type { StackContext } from "sst/constructs";
import { hub } from "./hub-resources.ts";
import { options } from "./options.ts";

/** The stack that finds and repairs buckets of its own account and Region. */
export function Hub({ stack, app }: StackContext): void {
  stack.addOutputs(hub(stack, app.stage, options(process.env)));
}
