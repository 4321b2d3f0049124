import { describe, expect, test } from "vitest";
import { refusal } from "#core/guard/refusal";

describe("a refusal", () => {
  test("by an explicit deny holds the write, in any spelling", () => {
    expect(refusal({ name: "AccessDenied", message: "an Explicit DENY <x>" })).toEqual([
      "held",
      {
        code: "managed-elsewhere",
        text: "the write is denied by somebody else's policy: an Explicit DENY \\u{3c}x\\u{3e}",
      },
    ]);
  });

  test.each(["service", "resource"])("by a %s control policy that does not allow it holds the write, too", (kind) => {
    const message = `not authorized because no ${kind} control policy allows the s3:PutEncryptionConfiguration action`;
    expect(refusal({ name: "AccessDenied", message })).toMatchObject(["held", { code: "managed-elsewhere" }]);
  });

  test("for lack of a right of our own is a failure", () => {
    const message = "not authorized because no identity-based policy allows the s3:PutEncryptionConfiguration action";
    expect(refusal({ name: "AccessDenied", message })).toMatchObject(["failed", { code: "write-refused" }]);
  });

  test("for any other reason is a failure", () => {
    expect(refusal({ name: "<Bad>", message: "no <such> key" })).toEqual([
      "failed",
      { code: "write-refused", text: "S3 refused the write: \\u{3c}Bad\\u{3e}: no \\u{3c}such\\u{3e} key" },
    ]);
  });

  test("begins with the permission that the message names", () => {
    const message = "User: a-role is not authorized to perform: s3:PutEncryptionConfiguration";
    expect(refusal({ name: "AccessDenied", message })[1].text).toBe(
      `S3 refused the write for lack of s3:PutEncryptionConfiguration: AccessDenied: ${message}`,
    );
    const denied = `${message} with an explicit deny`;
    expect(refusal({ name: "AccessDenied", message: denied })[1].text).toBe(
      `s3:PutEncryptionConfiguration is denied by somebody else's policy: ${denied}`,
    );
  });

  test("is cut to the requested length", () => {
    expect(refusal({ name: "Refused", message: "too long" }, 5)[1].text).toBe("S3 refused the write: Refused: too …");
    expect(refusal({ name: "Refused", message: "an explicit deny" }, 5)[1].text).toBe(
      "the write is denied by somebody else's policy: an e…",
    );
  });
});
