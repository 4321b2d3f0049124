import type { Doubt } from "./doubt.ts";
import { looped } from "./looped.ts";

/** How often a function may invoke itself through its queue, and whether the setting ends that. */
export const recursion: Doubt = {
  question: "A message that sends itself again 20 times, with RecursiveLoop Terminate and Allow",
  expected: "dead letter at 17; all 20 sent",
  ask: async (aws) => {
    const [stopped, allowed] = await Promise.all([looped(aws, "Terminate"), looped(aws, "Allow")]);
    return [stopped, allowed]
      .map(({ n, where }) => (where === "dead" ? `dead letter at ${n}` : `all ${n - 1} sent`))
      .join("; ");
  },
};
