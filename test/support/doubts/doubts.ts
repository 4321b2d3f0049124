import { accessPointRecord } from "./access-point-record.ts";
import { createdElsewhere } from "./created-elsewhere.ts";
import type { Doubt } from "./doubt.ts";
import { dsseBucketKey } from "./dsse-bucket-key.ts";
import { nullVersion } from "./null-version.ts";
import { recursion } from "./recursion.ts";
import { updateViaService } from "./update-via-service.ts";

/** What only a real account can settle. */
export const doubts: readonly Doubt[] = [updateViaService, recursion, nullVersion, dsseBucketKey];

/**
 * The doubts about records, which need a trail with management and data events of S3
 * (BUCKETSEAL_TEST_TRAIL=1).
 */
export const doubtsOfRecords: readonly Doubt[] = [createdElsewhere, accessPointRecord];

/** What no test can do by itself: each a line of the table that a person fills in. */
export const doubtsByHand: readonly string[] = [
  "Deploy, `bucketseal pause`, deploy a version whose description of the pause parameter differs: still paused?",
  "An object function under steady uploads for 20 windows: is RecursiveInvocationsDropped 0?",
  "GovCloud, UAE: does CopyObject take `x-amz-annotation-directive`, which we do not send?",
  "China: is kms:ViaService `s3.cn-north-1.amazonaws.com` or `...amazonaws.com.cn`? Both are allowed.",
];
