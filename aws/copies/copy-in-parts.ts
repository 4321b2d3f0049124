/** A multipart copy of an object onto itself, which may take more than one look. */

import type { S3Client } from "@aws-sdk/client-s3";
import type { Lanes } from "#aws/lanes/lanes";
import type { BegunUpload } from "#aws/ledger/upload-marks";
import type { ObjectGrants } from "#aws/s3/object-grants";
import { writePermit } from "#aws/write-permit";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { WantedObjectEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { ObjectRef } from "#core/names";
import { type PartRange, partBytes, partRanges } from "#core/object/parts";
import type { ObjectPorts, ObjectWrite } from "#core/object/ports";
import { fingerprintOf, type KeptAttributes, readKept } from "./kept.ts";
import type { UploadTurns } from "./turns.ts";
import {
  abortUpload,
  beginUpload,
  COMPLETE_MILLISECONDS,
  completeUpload,
  copyPart,
  PART_MILLISECONDS,
  type UploadedPart,
  uploadedParts,
} from "./uploads.ts";

/** What a copy in parts works with. */
export interface PartTools {
  /** Without retries of its own: the lanes retry. */
  readonly s3: S3Client;
  readonly lanes: Lanes;
  readonly turns: UploadTurns;
  readonly paused: ObjectPorts["paused"];
  readonly now: () => number;
  /** Milliseconds since the epoch: nothing is written after it. */
  readonly deadline: number;
}

/** What is copied, and how. */
export interface CopyInParts {
  readonly seen: ObjectFacts;
  readonly wanted: WantedObjectEncryption;
  readonly grants: () => Promise<Fact<ObjectGrants>>;
}

/**
 * Copies an object onto itself in parts, or goes on with a copy that was begun. What the source is
 * goes into every call: each part is one of the version and the ETag that were seen, and the upload
 * replaces nothing else. Right before that all attributes are read again. Whatever changed, the
 * upload is aborted, and the object is looked at again. Where the time is up, what is there stays,
 * and the next look goes on.
 * @throws RetryableError on throttling, 5xx, timeouts and a pause: the upload stays.
 */
export async function copyInParts(tools: PartTools, object: ObjectRef, copy: CopyInParts): Promise<ObjectWrite> {
  const { turns } = tools;
  const begun = await turns.take(object);
  if (begun === "taken") return { kind: "unfinished", text: "another invocation is copying it in parts" };
  const upload: Upload = { begun: begun === "none" ? null : begun };
  let result: ObjectWrite | null = null;
  try {
    result = await copied(tools, object, copy, upload);
  } finally {
    // An upload whose outcome is not known stays, and so does its mark.
    if (result === null || result.kind === "unfinished")
      await (upload.begun === null ? turns.forget : turns.leave)(object);
  }
  if (result.kind === "unfinished") return result;
  if (result.kind !== "written" && upload.begun !== null) await abortUpload(tools.s3, object, upload.begun.uploadId);
  await turns.forget(object);
  return result;
}

// --- internal ---

interface Upload {
  begun: BegunUpload | null;
}

const MOVED: ObjectWrite = {
  kind: "moved",
  error: { name: "Changed", message: "it changed while it was copied in parts" },
};

async function copied(
  tools: PartTools,
  object: ObjectRef,
  { seen, wanted, grants }: CopyInParts,
  upload: Upload,
): Promise<ObjectWrite> {
  const { s3 } = tools;
  const read = async (): Promise<Fact<KeptAttributes | null>> => {
    const given = await grants();
    return given.known ? readKept(s3, object, seen, given.value) : given;
  };
  const kept = await read();
  if (!kept.known) return { kind: "refused", error: kept.error };
  if (kept.value === null) return MOVED;
  const fingerprint = fingerprintOf(seen, kept.value, wanted);
  const started = await goOn(tools, object, upload, fingerprint, kept.value, wanted);
  if (started !== null) return started;
  const copied = await copyParts(tools, object, { seen, wanted }, upload, kept.value);
  if (!Array.isArray(copied)) return copied;
  const again = await read();
  if (!again.known) return { kind: "refused", error: again.error };
  if (again.value === null || fingerprintOf(seen, again.value, wanted) !== fingerprint) return MOVED;
  if (tools.now() > tools.deadline - COMPLETE_MILLISECONDS) return unfinished(copied.length, copied.length);
  const permit = await writePermit(tools);
  return completeUpload(s3, object, upload.begun?.uploadId ?? "", seen, copied, kept.value, permit);
}

/** Goes on with the upload that was begun, if it is one of the same; else begins one. */
async function goOn(
  tools: PartTools,
  object: ObjectRef,
  upload: Upload,
  fingerprint: string,
  kept: KeptAttributes,
  wanted: WantedObjectEncryption,
): Promise<ObjectWrite | null> {
  const { s3, turns } = tools;
  if (upload.begun?.fingerprint === fingerprint) return null;
  if (upload.begun !== null) await abortUpload(s3, object, upload.begun.uploadId);
  upload.begun = null;
  if (kept.isAnnotated) {
    const text = "the object has annotations, and a copy in parts cannot keep them";
    return { kind: "held", reason: { code: "copy-loses-annotations", text } };
  }
  const begun = await beginUpload(s3, object, kept, wanted, await writePermit(tools));
  if (begun.kind !== "done") return begun;
  upload.begun = { uploadId: begun.value, fingerprint };
  await turns.note(object, upload.begun).catch(async (error: unknown) => {
    await abortUpload(s3, object, begun.value);
    upload.begun = null;
    throw error;
  });
  return null;
}

/** Copies the parts that are not there yet. */
async function copyParts(
  tools: PartTools,
  object: ObjectRef,
  { seen, wanted }: Pick<CopyInParts, "seen" | "wanted">,
  upload: Upload,
  { like }: KeptAttributes,
): Promise<UploadedPart[] | ObjectWrite> {
  const { s3, lanes, now, deadline } = tools;
  const uploadId = upload.begun?.uploadId ?? "";
  const there = await uploadedParts(s3, object, uploadId);
  if (there === null) return { kind: "moved", error: { name: "NoSuchUpload", message: "the upload is gone" } };
  const ranges = partRanges(seen.size, partBytes(seen.size, like));
  const done = new Map(there.map((part) => [part.PartNumber, part]));
  const left = ranges.filter(({ number }) => !done.has(number));
  const call = { bucket: object.bucket.bucket, key: wanted.key, repeatable: true, deadline };
  let stopped: ObjectWrite | null = null;
  const work = async (range: PartRange) => {
    const part = await lanes.run(call, async () => {
      if (stopped !== null || now() > deadline - PART_MILLISECONDS) return null;
      return copyPart(s3, object, uploadId, seen, range, await writePermit(tools));
    });
    if (part?.kind === "done") done.set(range.number, part.value);
    else if (part !== null) stopped = part;
  };
  const worker = async () => {
    for (let range = left.shift(); range !== undefined && stopped === null; range = left.shift()) await work(range);
  };
  // Of several that fail the first counts, when no part is under way any more.
  const ends = await Promise.allSettled(Array.from({ length: WIDTH }, worker));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  if (stopped !== null) return stopped;
  return done.size < ranges.length ? unfinished(done.size, ranges.length) : [...done.values()];
}

/** Parts at a time; the lanes may take fewer. */
const WIDTH = 16;

function unfinished(done: number, all: number): ObjectWrite {
  return { kind: "unfinished", text: `${done} of ${all} parts are copied` };
}
