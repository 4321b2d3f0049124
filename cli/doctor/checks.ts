import { bucketEventsCheck } from "./bucket-events.ts";
import type { Check } from "./check.ts";
import { clockCheck } from "./clock.ts";
import { concurrencyCheck } from "./concurrency.ts";
import { dataEventsCheck } from "./data-events.ts";
import { deadLettersCheck } from "./dead-letters.ts";
import { driftWindowsCheck } from "./drift-windows.ts";
import { functionsCheck } from "./functions.ts";
import { hubBusCheck } from "./hub-bus.ts";
import { keysCheck } from "./keys.ts";
import { lastEventCheck } from "./last-event.ts";
import { mappingsCheck } from "./mappings.ts";
import { pauseCheck } from "./pause.ts";
import { policyCheck } from "./policy.ts";
import { queuePoliciesCheck } from "./queue-policies.ts";
import { rulesCheck } from "./rules.ts";
import { subscriptionsCheck } from "./subscription.ts";
import { sweepCheck } from "./sweep.ts";
import { trailCheck } from "./trail.ts";
import { versionsCheck } from "./versions.ts";

/**
 * Every check, in the order of an event's way: where it comes from, who takes it, who hears of it.
 */
export const checks: readonly Check[] = [
  trailCheck,
  dataEventsCheck,
  hubBusCheck,
  rulesCheck,
  bucketEventsCheck,
  queuePoliciesCheck,
  mappingsCheck,
  functionsCheck,
  concurrencyCheck,
  policyCheck,
  driftWindowsCheck,
  keysCheck,
  pauseCheck,
  lastEventCheck,
  sweepCheck,
  deadLettersCheck,
  subscriptionsCheck,
  versionsCheck,
  clockCheck,
];
