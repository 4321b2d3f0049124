import * as z from "zod";
import { fields, must } from "./fields.ts";

const keyGlob = must("an entry of objects.except", "a glob over object keys, up to 1024 characters");

/** A rule's settings for objects as they are written; the wanted encryption is the rule's own. */
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
}).describe("What is done about objects as they are written. Default: nothing.");
