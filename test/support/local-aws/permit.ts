import type { WritePermit } from "#aws/s3/send-once";

/**
 * The right to write that the pause switch gives while writes are allowed; it does not end within a
 * test.
 */
export const permit: WritePermit = { sendBy: Number.POSITIVE_INFINITY, now: Date.now };
