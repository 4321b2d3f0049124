import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectEncryption, WantedObjectEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { ObjectWrite } from "#core/object/ports";
import { account, known } from "./world.ts";

export type Versioning = "Enabled" | "Suspended" | "Disabled";

/** One version of the only object, or a delete marker. */
export interface Version {
  /** Unique for every write; re-encryption in place keeps it. */
  readonly serial: number;
  /** Empty: written before the bucket was versioned; later it is the null version. */
  readonly id: string;
  readonly isMarker: boolean;
  readonly bytes: string;
  /** Represents all the metadata that a copy keeps. */
  readonly meta: string;
  readonly etag: string;
  /** Milliseconds since the epoch: S3 shows whole seconds only. */
  readonly at: number;
  readonly encryption: ObjectEncryption;
  readonly size: number;
  readonly more: Partial<ObjectFacts>;
}

/**
 * One key of a bucket as S3 behaves: versions, delete markers, whole-second times, MD5 ETags for
 * objects without a KMS key and new ones for every write with one, conditional copies,
 * UpdateObjectEncryption. Every function is one atomic step; time advances only by `tick`.
 */
export class SimulatedS3 {
  versioning: Versioning;
  now = Date.UTC(2026, 10, 21, 8, 0, 0);
  /** Oldest first; the last one is current. */
  versions: Version[] = [];
  /** When the multipart uploads in progress started. */
  uploads = new Set<number>();
  /** Called with every new object, as S3 sends an event for it. */
  onCreated: (version: Version) => void = () => undefined;
  #count = 0;

  constructor(versioning: Versioning) {
    this.versioning = versioning;
  }

  get current(): Version | undefined {
    return this.versions.at(-1);
  }

  tick(milliseconds: number): void {
    this.now += milliseconds;
  }

  /** Returns the version's id, as the event of the write carries it. */
  put(bytes: string, encryption: ObjectEncryption, more: Partial<ObjectFacts> = {}): Version {
    return this.#add({ bytes, meta: `m${++this.#count}`, etag: this.#etag(bytes, encryption), encryption, more });
  }

  /**
   * Completes a multipart upload that started at `at`: it carries that time, and is invisible if
   * something newer exists. Returns `undefined` in that case.
   */
  complete(bytes: string, encryption: ObjectEncryption, at: number): Version | undefined {
    const { current } = this;
    this.uploads.delete(at);
    if (this.versioning !== "Enabled" && current !== undefined && current.at > at) return undefined;
    return this.#add({
      bytes,
      meta: `m${++this.#count}`,
      etag: `"${++this.#count}-2"`,
      encryption,
      more: {},
      at,
    });
  }

  delete(): void {
    if (this.versioning === "Disabled") this.versions = [];
    else if (this.find(undefined) !== undefined)
      this.#add({ bytes: "", meta: "", etag: "", encryption: NONE, isMarker: true });
  }

  find(versionId: string | undefined): Version | undefined {
    const found =
      versionId === undefined
        ? this.current
        : this.versions.find(({ id }) => id === versionId || (id === "" && versionId === "null"));
    return found?.isMarker === true ? undefined : found;
  }

  head(versionId: string | undefined): Fact<ObjectFacts | null> {
    const found = this.find(versionId);
    return known(found === undefined ? null : factsOf(found, found === this.current, this));
  }

  update(versionId: string | undefined, { key = "", bucketKey }: WantedObjectEncryption): ObjectWrite {
    const found = this.find(versionId);
    if (found === undefined) return { kind: "moved", error: { name: "NoSuchKey", message: "gone" } };
    const { algorithm } = found.encryption;
    const isLocked = found.more.legalHold === true || Date.parse(found.more.lockUntil ?? "") > this.now;
    if (isLocked || (algorithm !== "AES256" && algorithm !== "aws:kms")) return refusal("AccessDenied");
    if (key.split(":")[4] !== account) return refusal("AccessDenied");
    this.replace(found, { ...found, encryption: { algorithm: "aws:kms", key, bucketKey } });
    return { kind: "written" };
  }

  /** The first half of a copy: reads the source if its ETag is the expected one. */
  copySource(etag: string): { readonly source: Version } | ObjectWrite {
    const source = this.find(undefined);
    if (source === undefined) return { kind: "moved", error: { name: "NoSuchKey", message: "gone" } };
    if (source.encryption.algorithm === "SSE-C") return refusal("InvalidRequest");
    return source.etag === etag ? { source } : PRECONDITION;
  }

  /** The second half: writes if the current object still has that ETag. */
  copyTo(source: Version, etag: string, wanted: WantedObjectEncryption): ObjectWrite {
    const current = this.find(undefined);
    if (current === undefined) return { kind: "moved", error: { name: "NoSuchKey", message: "gone" } };
    if (current.etag !== etag) return PRECONDITION;
    const encryption = encryptionOf(wanted);
    const { bytes, meta, more } = source;
    const { lockUntil: _, legalHold: __, replication: ___, ...kept } = more;
    const made = this.#add({ bytes, meta, etag: this.#etag(bytes, encryption), encryption, more: kept });
    return {
      kind: "written",
      etag: made.etag,
      ...(this.versioning === "Disabled" ? {} : { versionId: made.id, sourceVersionId: source.id || "null" }),
    };
  }

  replace(old: Version, version: Version): void {
    this.versions = this.versions.map((each) => (each === old ? version : each));
  }

  #add(made: Omit<Version, "serial" | "id" | "at" | "size" | "isMarker" | "more"> & Partial<Version>): Version {
    const id = this.versioning === "Enabled" ? `v${++this.#count}` : this.versioning === "Suspended" ? "null" : "";
    const serial = ++this.#count;
    const version: Version = { at: this.now, size: made.bytes.length, isMarker: false, more: {}, ...made, id, serial };
    const kept = this.versions.filter(
      (each) => this.versioning === "Enabled" || (each.id !== "null" && each.id !== ""),
    );
    this.versions = [...kept, version];
    if (!version.isMarker) this.onCreated(version);
    return version;
  }

  #etag(bytes: string, { algorithm }: ObjectEncryption): string {
    const isMd5 = algorithm === "AES256" || algorithm === "none";
    return isMd5 ? `"md5 of ${bytes}"` : `"opaque ${++this.#count}"`;
  }
}

function encryptionOf({ algorithm, key, bucketKey }: WantedObjectEncryption): ObjectEncryption {
  return { algorithm, bucketKey: algorithm === "aws:kms" && bucketKey, ...(key === undefined ? {} : { key }) };
}

// --- internal ---

const NONE: ObjectEncryption = { algorithm: "none", bucketKey: false };
const PRECONDITION: ObjectWrite = { kind: "moved", error: { name: "PreconditionFailed", message: "If-Match" } };

function refusal(name: string): ObjectWrite {
  return { kind: "refused", error: { name, message: "Access Denied" } };
}

const second = (milliseconds: number) => Math.floor(milliseconds / 1000) * 1000;

function factsOf(version: Version, isCurrent: boolean, { now, versioning }: SimulatedS3): ObjectFacts {
  const isOpen = version.encryption.algorithm !== "SSE-C";
  return {
    encryption: isOpen ? version.encryption : { algorithm: "SSE-C", bucketKey: false },
    size: isOpen ? version.size : 0,
    etag: isOpen ? version.etag : "",
    lastModified: new Date(isOpen ? second(version.at) : 0).toISOString(),
    storageClass: "STANDARD",
    restored: false,
    legalHold: false,
    ...(versioning === "Disabled" ? {} : { versionId: version.id || "null" }),
    isCurrent,
    servedAt: second(now),
    ...version.more,
  };
}
