import type { ObjectPorts } from "#core/object/ports";
import { pool } from "../queue/pool.ts";
import { correlated } from "../runtime/correlation.ts";
import type { ObjectGroup } from "./groups.ts";
import { lookAtObject, type ObjectLook } from "./look.ts";
import type { BatchTime } from "./ports.ts";

/** The results of the looks of one batch. */
export interface ObjectLooks {
  readonly looks: readonly ObjectLook[];
  /** Nothing was done for these yet. */
  readonly notStarted: readonly ObjectGroup[];
}

/**
 * Chains looked at in parallel, a whole batch: the lanes limit their calls and decide when each
 * starts.
 */
const WIDTH = 50;

/** Looks at every object of a batch that can be started in time. Never throws. */
export async function lookAtObjects(
  ports: ObjectPorts,
  chains: readonly (readonly ObjectGroup[])[],
  { startBy, deadline }: BatchTime,
): Promise<ObjectLooks> {
  const looks: ObjectLook[] = [];
  const notStarted: ObjectGroup[] = [];
  await pool(chains, WIDTH, async (chain) => {
    for (const group of chain) {
      const look =
        ports.now() > startBy ? null : await correlated(eventsOf(group), () => lookAtObject(ports, group, deadline));
      if (look === null) notStarted.push(group);
      else looks.push(look);
    }
  });
  return { looks, notStarted };
}

// --- internal ---

function eventsOf({ triggers }: ObjectGroup): readonly string[] {
  return triggers.map(({ eventId }) => eventId);
}
