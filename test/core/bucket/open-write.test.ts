import { describe, expect, test } from "vitest";
import { writeSeen } from "#core/bucket/open-write";
import type { BucketEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { WriteSeen } from "#core/ledger/look";
import type { Intent } from "#core/ledger/state";
import { aes, anIntent, foreign, kms } from "../../support/core/loop.ts";
import { aliasArn, denied, known } from "../../support/core/world.ts";

describe("about an open write the bucket's state shows", () => {
  test.each<[string, Intent | null, Fact<BucketEncryption | null> | undefined, WriteSeen]>([
    ["nothing if there is none", null, known(kms), "none"],
    ["that it took effect", anIntent(), known(kms), "took"],
    ["that it had no effect", anIntent(), known(aes), "unconfirmed"],
    ["that somebody wrote something else", anIntent(), known(foreign), "unconfirmed"],
    [
      "that somebody wrote something just as good",
      anIntent(),
      known({ ...kms, key: aliasArn("s3-default") }),
      "unconfirmed",
    ],
    ["that it is over if the bucket is gone", anIntent(), known(null), "ended"],
    ["nothing if it cannot be read", anIntent(), denied, "unreadable"],
    ["nothing if nobody looked", anIntent(), undefined, "unreadable"],
  ])("%s", (_, begun, encryption, seen) => {
    expect(writeSeen(begun, encryption)).toBe(seen);
  });
});
