import type { Writes } from "./object-drill.ts";

/** One kind of write for each outcome and source; `limit`: the goal for S3 calls per object. */
export const objectWrites: readonly (Writes & { readonly limit?: number })[] = [
  { what: "left alone (as declared)", prefix: "objs3", source: "S3's events", limit: 1 },
  { what: "left alone (as declared)", prefix: "objtrail", source: "data events", limit: 0 },
  { what: "updated in place", prefix: "objs3", source: "S3's events", encryption: "AES256", limit: 3 },
  { what: "updated in place", prefix: "objtrail", source: "data events", encryption: "AES256", limit: 3 },
  { what: "copied onto itself", prefix: "objcopy", source: "data events", encryption: "AES256", limit: 5 },
  {
    what: "copied onto itself, versioned",
    prefix: "objcopy",
    source: "data events",
    encryption: "AES256",
    bucket: "versioned",
    limit: 5,
  },
  {
    what: "copied onto itself, versioned and with ACLs",
    prefix: "objcopy",
    source: "data events",
    encryption: "AES256",
    bucket: "versioned, with ACLs",
    limit: 5,
  },
  { what: "held (it needs a copy)", prefix: "objheld", source: "data events", encryption: "AES256" },
  { what: "reported (a rule that observes)", prefix: "objtold", source: "data events", encryption: "AES256" },
];

/** Those that make up a bill. */
export const ordinaryWrites = objectWrites.filter(({ what }) => what === "updated in place" || what.startsWith("left"));
