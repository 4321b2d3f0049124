import { bucketEvents } from "./bucket-events.ts";
import type { Check } from "./check.ts";
import { clock } from "./clock.ts";
import { concurrency } from "./concurrency.ts";
import { dataEvents } from "./data-events.ts";
import { deadLetters } from "./dead-letters.ts";
import { functions } from "./functions.ts";
import { keys } from "./keys.ts";
import { lastEvent } from "./last-event.ts";
import { mappings } from "./mappings.ts";
import { pause } from "./pause.ts";
import { policy } from "./policy.ts";
import { queuePolicies } from "./queue-policies.ts";
import { rules } from "./rules.ts";
import { subscription } from "./subscription.ts";
import { sweep } from "./sweep.ts";
import { trail } from "./trail.ts";
import { versions } from "./versions.ts";

/** Every check, in the order of an event's way: where it comes from, who takes it, who hears of it. */
export const checks: readonly Check[] = [
  trail,
  dataEvents,
  rules,
  bucketEvents,
  queuePolicies,
  mappings,
  functions,
  concurrency,
  policy,
  keys,
  pause,
  lastEvent,
  sweep,
  deadLetters,
  subscription,
  versions,
  clock,
];
