import { crc32 } from "node:zlib";

/** A zip file with one uncompressed file: enough for a Lambda function of a few lines. */
export function zip(name: string, content: string): Buffer {
  const data = Buffer.from(content);
  const file = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(file.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, file, data]);
  const entryTail = Buffer.alloc(14);
  entryTail.writeUInt32LE((0o100644 << 16) >>> 0, 6);
  const entry = Buffer.concat([Buffer.from("PK\x01\x02\x14\x03"), common, entryTail, file]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(entry.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, entry, Buffer.from("PK\x05\x06"), end]);
}
