import { describe, expect, test } from "vitest";
import { writeSeen } from "#core/bucket/open-write";
import type { BucketEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { WriteSeen } from "#core/ledger/look";
import type { Intent } from "#core/ledger/state";
import { aes, anIntent, foreign, kms } from "../../support/core/loop.ts";
import { aliasArn, denied, known } from "../../support/core/world.ts";

describe("of a write that was begun, the bucket tells", () => {
  test.each<[string, Intent | null, Fact<BucketEncryption | null> | undefined, WriteSeen]>([
    ["nothing, where there is none", null, known(kms), "none"],
    ["that it took", anIntent(), known(kms), "took"],
    ["that it did not", anIntent(), known(aes), "unconfirmed"],
    ["that somebody wrote something else", anIntent(), known(foreign), "unconfirmed"],
    [
      "that somebody wrote something just as good",
      anIntent(),
      known({ ...kms, key: aliasArn("s3-default") }),
      "unconfirmed",
    ],
    ["that it is over, by being gone", anIntent(), known(null), "ended"],
    ["nothing, where it cannot be read", anIntent(), denied, "unreadable"],
    ["nothing, where nobody looked", anIntent(), undefined, "unreadable"],
  ])("%s", (_, begun, encryption, seen) => {
    expect(writeSeen(begun, encryption)).toBe(seen);
  });
});
