import type { Deployment } from "#core/stage/deployment";

/** The name of the event bus that members send to; `null`: there is no organization. */
export function busOf({ hubBusArn }: Pick<Deployment, "hubBusArn">): string | null {
  return hubBusArn?.split("/").at(-1) ?? null;
}
