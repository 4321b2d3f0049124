/** All hazards: one file each in hazards/. */

import { aliasMoved } from "#core/guard/hazards/alias-moved";
import { encryptionContextPinned } from "#core/guard/hazards/encryption-context";
import { infrastructure } from "#core/guard/hazards/infrastructure";
import { keyDisabled } from "#core/guard/hazards/key-disabled";
import { keyInOtherRegion } from "#core/guard/hazards/key-in-other-region";
import { keyMissing } from "#core/guard/hazards/key-missing";
import { keyNotShareable } from "#core/guard/hazards/key-not-shareable";
import { keyNotSymmetric } from "#core/guard/hazards/key-not-symmetric";
import { keyPolicy } from "#core/guard/hazards/key-policy";
import { logTarget } from "#core/guard/hazards/log-target";
import { nullVersion } from "#core/guard/hazards/null-version";
import { readers } from "#core/guard/hazards/readers";
import { replication } from "#core/guard/hazards/replication";
import { sourceKey } from "#core/guard/hazards/source-key";
import { sseCWriters } from "#core/guard/hazards/sse-c-writers";
import { uploadUnderWay } from "#core/guard/hazards/upload-under-way";
import { writersRefused } from "#core/guard/hazards/writers-refused";
import type { Hazard } from "./hazard.ts";

/** Hazards that are checked before a write, in the order in which they are reported. */
export const hazards: readonly Hazard[] = [
  keyMissing,
  keyDisabled,
  keyNotSymmetric,
  keyInOtherRegion,
  keyNotShareable,
  aliasMoved,
  keyPolicy,
  encryptionContextPinned,
  writersRefused,
  sseCWriters,
  infrastructure,
  logTarget,
  readers,
  replication,
  sourceKey,
  nullVersion,
];

/** Short-lived hazards: they are checked right before a copy, and no rule can accept them. */
export const lastHazards: readonly (Hazard & { readonly isAcceptable: false })[] = [uploadUnderWay];
