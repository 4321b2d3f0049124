import { describe, expect, test } from "vitest";
import { writeSeen } from "#core/bucket/open-write";
import type { BucketEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { WriteSeen } from "#core/ledger/look";
import type { Intent } from "#core/ledger/state";
import { aes, foreign, intent, kms } from "../../support/core/loop.ts";
import { aliasArn, denied, known } from "../../support/core/world.ts";

describe("of a write that was begun, the bucket tells", () => {
  test.each<[string, Intent | null, Fact<BucketEncryption | null> | undefined, WriteSeen]>([
    ["nothing, where there is none", null, known(kms), "none"],
    ["that it took", intent(), known(kms), "took"],
    ["that it did not", intent(), known(aes), "unconfirmed"],
    ["that somebody wrote something else", intent(), known(foreign), "unconfirmed"],
    [
      "that somebody wrote something just as good",
      intent(),
      known({ ...kms, key: aliasArn("s3-default") }),
      "unconfirmed",
    ],
    ["that it is over, by being gone", intent(), known(null), "ended"],
    ["nothing, where it cannot be read", intent(), denied, "unreadable"],
    ["nothing, where nobody looked", intent(), undefined, "unreadable"],
  ])("%s", (_, begun, encryption, seen) => {
    expect(writeSeen(begun, encryption)).toBe(seen);
  });
});
