import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";

/** The object function's code as Lambda takes it. */
export interface ObjectCode {
  /** Its name in the hub's bucket: another for other code. */
  readonly key: string;
  readonly zip: Buffer;
}

/**
 * The object function's bundle as a zip file for members, which cannot read what CDK uploads: the
 * same bytes for the same bundle.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function objectCode(bundle = "dist/functions/object"): ObjectCode {
  const files = readdirSync(bundle).sort();
  const zip = zipped(files.map((name) => ({ name, data: readFileSync(join(bundle, name)) })));
  return { key: `object/${createHash("sha256").update(zip).digest("hex").slice(0, 32)}.zip`, zip };
}

// --- internal ---

/** The first of January 1980, when DOS's time begins. */
const DATE = 0x21;
/** Readable by everybody, as Lambda demands. */
const MODE = (0o100644 << 16) >>> 0;

function zipped(files: readonly { readonly name: string; readonly data: Buffer }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data } of files) {
    const [file, packed] = [Buffer.from(name), deflateRawSync(data, { level: 9 })];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(DATE, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(file.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(MODE, 6);
    tail.writeUInt32LE(offset, 10);
    // Made on Unix, so that the mode counts.
    directory.push(Buffer.from("PK\x01\x02\x14\x03", "latin1"), common, tail, file);
    const local = [Buffer.from("PK\x03\x04", "latin1"), common, file, packed];
    parts.push(...local);
    offset += local.reduce((sum, { length }) => sum + length, 0);
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, entries, Buffer.from("PK\x05\x06", "latin1"), end]);
}
