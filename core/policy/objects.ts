import * as z from "zod";
import { duration } from "./duration.ts";
import { fields, must } from "./fields.ts";
import { pointInTime } from "./point-in-time.ts";

const DAY = 86_400;
const everySaid = "a duration from 1d to 90d such as 30d";
const keyGlob = must("an entry of objects.except", "a glob over object keys, up to 1024 characters");

/**
 * A rule's settings for objects, as they are written and as they are there; the wanted encryption
 * is the rule's own.
 */
export const objectsSchema = fields("objects", {
  onWrite: z
    .enum(["off", "observe", "enforce"], must("onWrite", "off, observe or enforce"))
    .default("off")
    .describe(
      "Whether new objects are checked (observe) or also re-encrypted (enforce). YAML 1.2 reads off as a string.",
    ),
  source: z
    .enum(["s3-events", "data-events"], must("source", "s3-events or data-events"))
    .default("s3-events")
    .describe("Where writes are detected: the bucket's own events over EventBridge, or CloudTrail data events."),
  copy: z
    .boolean(must("copy", "true or false"))
    .default(false)
    .describe(
      "Whether an object may be copied onto itself where UpdateObjectEncryption cannot change it. A copy has side effects.",
    ),
  copyLarge: z
    .boolean(must("copyLarge", "true or false"))
    .optional()
    .describe(
      "Beside copy: true, whether an object that is too large for one CopyObject (5 GB) may be copied in parts. It takes minutes to hours, and the deployment must allow it too.",
    ),
  manageNotifications: z
    .boolean(must("manageNotifications", "true or false"))
    .default(false)
    .describe("Whether Bucketseal may turn on the bucket's EventBridge notifications."),
  except: z
    .array(
      z.string(keyGlob).min(1, keyGlob).max(1024, keyGlob),
      must("objects.except", "a list of globs over object keys"),
    )
    .default([])
    .describe("Globs over whole object keys that are left alone: * matches any characters, including /."),
  maxBytes: z
    .int(must("maxBytes", "a whole number of bytes, at least 1"))
    .min(1, must("maxBytes", "a whole number of bytes, at least 1"))
    .optional()
    .describe("Objects larger than this many bytes are left alone."),
  atRest: z
    .enum(["off", "observe", "enforce"], must("atRest", "off, observe or enforce"))
    .default("off")
    .describe(
      "Whether a backfill checks the objects that are already there (observe) or also re-encrypts them (enforce). It says what is wanted; a person says when.",
    ),
  versions: z
    .enum(["current", "all"], must("versions", "current or all"))
    .default("current")
    .describe("Which versions of existing objects a backfill may touch: the current ones, or all."),
  newerThan: pointInTime("newerThan")
    .optional()
    .describe("A backfill touches only objects written since then: a date, or a duration such as 90d back from now."),
  olderThan: pointInTime("olderThan")
    .optional()
    .describe("A backfill touches only objects written before then: a date, or a duration such as 24h back from now."),
  closeDriftWindows: z
    .boolean(must("closeDriftWindows", "true or false"))
    .default(false)
    .describe(
      "Whether a backfill of its own looks at the objects that were written while the bucket's default was another one, or its events were off, once that is over.",
    ),
  backfillEvery: duration("backfillEvery", everySaid, /^[0-9]{1,2}d$/)
    .refine((seconds) => seconds >= DAY && seconds <= 90 * DAY, { error: `backfillEvery must be ${everySaid}` })
    .optional()
    .describe(
      "How often the sweep has a backfill of the whole bucket begin, which it also does after the rule has changed. From 1d to 90d. Default: only a person does.",
    ),
})
  .superRefine((objects, context) => {
    const { copy, copyLarge, atRest, versions, newerThan, olderThan, closeDriftWindows, backfillEvery } = objects;
    const refuse = (message: string) => context.addIssue({ code: "custom", message });
    if (copyLarge === true && !copy) {
      refuse("copyLarge: true is about how objects are copied, and copy is false: say copy: true too, or leave it out");
    }
    const idle = [
      ...(versions === "all" ? ["versions: all"] : []),
      ...(newerThan === undefined ? [] : ["newerThan"]),
      ...(olderThan === undefined ? [] : ["olderThan"]),
      ...(closeDriftWindows ? ["closeDriftWindows: true"] : []),
      ...(backfillEvery === undefined ? [] : ["backfillEvery"]),
    ];
    if (atRest === "off" && idle.length > 0) {
      const what = idle.join(", ");
      refuse(`${what} is about existing objects, and atRest is off: say atRest: observe or enforce, or leave it out`);
    }
    if (atRest !== "off" && closeDriftWindows && olderThan !== undefined) {
      refuse(
        "closeDriftWindows is about objects that were just written, and olderThan leaves them out: say one of them",
      );
    }
  })
  .describe("What is done about objects as they are written, and about those that are there. Default: nothing.");
