import { describe, expect, test } from "vitest";
import type { RequestContext } from "#core/iam/request";
import type { Truth } from "#core/iam/truth";
import { access, document, partly, whole } from "../../support/core/iam.ts";

/** A condition block, the request's keys, and whether it holds. */
type Row = readonly [string, object, RequestContext["keys"], Truth];

/** Whether an Allow with this condition allows. */
function holds(condition: object, context: RequestContext): Truth {
  const identity = [document({ Effect: "Allow", Action: "*", Resource: "*", Condition: condition })];
  const { kind } = access({ identity }, { context });
  return kind === "unknown" ? "unknown" : kind === "allow" ? "yes" : "no";
}

function rows(...list: readonly Row[]): void {
  test.each<Row>([...list])("%s", (_, condition, keys, truth) => {
    expect(holds(condition, whole(keys))).toBe(truth);
  });
}

const algorithm = "s3:x-amz-server-side-encryption";
const key = "arn:aws:kms:eu-west-1:111122223333:key/1";

describe("texts", () => {
  rows(
    ["equal", { StringEquals: { [algorithm]: "aws:kms" } }, { [algorithm]: "aws:kms" }, "yes"],
    [
      "equal one of several",
      { StringEquals: { [algorithm]: ["AES256", "aws:kms"] } },
      { [algorithm]: "aws:kms" },
      "yes",
    ],
    ["are case-sensitive", { StringEquals: { [algorithm]: "AWS:KMS" } }, { [algorithm]: "aws:kms" }, "no"],
    ["know no wildcards", { StringEquals: { [algorithm]: "aws:*" } }, { [algorithm]: "aws:kms" }, "no"],
    ["may ignore case", { StringEqualsIgnoreCase: { [algorithm]: "AWS:KMS" } }, { [algorithm]: "aws:kms" }, "yes"],
    ["may be like", { StringLike: { [algorithm]: "aws:?ms*" } }, { [algorithm]: "aws:kms" }, "yes"],
    ["are like in their case", { StringLike: { [algorithm]: "AWS:*" } }, { [algorithm]: "aws:kms" }, "no"],
    ["differ", { StringNotEquals: { [algorithm]: "AES256" } }, { [algorithm]: "aws:kms" }, "yes"],
    ["differ from all", { StringNotEquals: { [algorithm]: ["AES256", "aws:kms"] } }, { [algorithm]: "aws:kms" }, "no"],
    [
      "differ, ignoring case",
      { StringNotEqualsIgnoreCase: { [algorithm]: "AWS:KMS" } },
      { [algorithm]: "aws:kms" },
      "no",
    ],
    ["are unlike", { StringNotLike: { [algorithm]: "aws:*" } }, { [algorithm]: "aws:kms" }, "no"],
    ["are compared byte by byte", { BinaryEquals: { k: "QmluYXJ5" } }, { k: "QmluYXJ5" }, "yes"],
    ["may be written as numbers or booleans", { StringEquals: { k: [1, true] } }, { k: "true" }, "yes"],
    [
      "may stand for a variable",
      { StringEquals: { k: "\u0024{aws:username}" } },
      { k: "alice", "aws:username": "alice" },
      "yes",
    ],
    [
      "equal a variable with a star only if it is one",
      { StringLike: { k: "\u0024{aws:username}" } },
      { k: "alice", "aws:username": "*" },
      "no",
    ],
    ["equal no variable without a value", { StringEquals: { k: "\u0024{aws:username}" } }, { k: "alice" }, "no"],
    ["differ from it, or not", { StringNotEquals: { k: "\u0024{aws:username}" } }, { k: "alice" }, "unknown"],
    [
      "differ from what is known besides",
      { StringNotEquals: { k: ["\u0024{aws:username}", "alice"] } },
      { k: "alice" },
      "no",
    ],
    [
      "have names without case",
      { StringEquals: { "S3:X-Amz-Server-Side-Encryption": "aws:kms" } },
      { [algorithm]: "aws:kms" },
      "yes",
    ],
  );
});

describe("numbers, dates and booleans", () => {
  const size = (operator: string, wanted: unknown, actual: string, truth: Truth): Row => [
    `${actual} ${operator} ${wanted}`,
    { [operator]: { k: wanted } },
    { k: actual },
    truth,
  ];
  rows(
    size("NumericEquals", "10", "10.0", "yes"),
    size("NumericEquals", 10, "11", "no"),
    size("NumericNotEquals", 10, "11", "yes"),
    size("NumericNotEquals", 10, "10", "no"),
    size("NumericLessThan", 10, "9", "yes"),
    size("NumericLessThan", 10, "10", "no"),
    size("NumericLessThanEquals", 10, "10", "yes"),
    size("NumericLessThanEquals", 10, "11", "no"),
    size("NumericGreaterThan", 10, "100", "yes"),
    size("NumericGreaterThan", 10, "10", "no"),
    size("NumericGreaterThanEquals", 10, "10", "yes"),
    size("NumericGreaterThanEquals", 10, "-9", "no"),
    size("NumericLessThan", 10, "few", "unknown"),
    size("NumericLessThan", "x10", "9", "unknown"),
    size("NumericLessThan", "10x", "9", "unknown"),
    size("DateEquals", "2026-11-27T00:00:00Z", "2026-11-27T00:00:00Z", "yes"),
    size("DateEquals", "2026-11-27T01:00:00+01:00", "2026-11-27T00:00:00Z", "yes"),
    size("DateNotEquals", "2026-11-27T00:00:00Z", "2026-11-27T00:00:00Z", "no"),
    size("DateLessThan", "2026-11-27T00:00:00Z", "2026-11-26T23:59:59Z", "yes"),
    size("DateLessThan", "2026-11-27T00:00:00Z", "2026-11-27T00:00:00Z", "no"),
    size("DateLessThanEquals", "2026-11-27T00:00:00Z", "2026-11-27T00:00:00Z", "yes"),
    size("DateLessThanEquals", "2026-11-27T00:00:00Z", "2026-11-27T00:00:01Z", "no"),
    size("DateGreaterThan", "2026-11-27T00:00:00Z", "2026-11-27T00:00:01Z", "yes"),
    size("DateGreaterThan", "2026-11-27T00:00:00Z", "2026-11-27T00:00:00Z", "no"),
    size("DateGreaterThanEquals", "2026-11-27T00:00:00Z", "2026-11-27T00:00:00Z", "yes"),
    size("DateGreaterThanEquals", "2026-11-27T00:00:00Z", "2026-11-26T00:00:00Z", "no"),
    size("DateEquals", "1795737600", "2026-11-27T00:00:00Z", "yes"),
    size("DateLessThan", "some day", "2026-11-27T00:00:00Z", "unknown"),
    size("Bool", "false", "False", "yes"),
    size("Bool", true, "false", "no"),
    size("Bool", "maybe", "maybe", "unknown"),
    size("Bool", "true", "maybe", "unknown"),
  );
});

describe("addresses", () => {
  const from = (wanted: string, actual: string, truth: Truth): Row => [
    `${actual} in ${wanted}`,
    { IpAddress: { "aws:SourceIp": wanted } },
    { "aws:sourceip": actual },
    truth,
  ];
  rows(
    from("203.0.113.0/24", "203.0.113.255", "yes"),
    from("203.0.113.0/24", "203.0.114.0", "no"),
    from("203.0.113.9/24", "203.0.113.1", "yes"),
    from("203.0.113.7", "203.0.113.7", "yes"),
    from("203.0.113.7", "203.0.113.6", "no"),
    from("0.0.0.0/0", "255.255.255.255", "yes"),
    from("128.0.0.0/1", "200.0.0.1", "yes"),
    from("128.0.0.0/1", "127.0.0.1", "no"),
    from("2001:db8::/32", "2001:db8:ffff::1", "yes"),
    from("2001:db8::/32", "2001:db9::1", "no"),
    from("2001:db8::1", "2001:DB8:0:0:0:0:0:1", "yes"),
    from("::/0", "::1", "yes"),
    from("::1", "1::", "no"),
    from("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", "yes"),
    from("::/0", "203.0.113.7", "no"),
    from("0.0.0.0/0", "::1", "no"),
    from("203.0.113.0/33", "203.0.113.7", "unknown"),
    from("203.0.113.0/", "203.0.113.7", "unknown"),
    from("203.0.113.0/x8", "203.0.113.7", "unknown"),
    from("203.0.113.0/8x", "203.0.113.7", "unknown"),
    from("203.0.113/24", "203.0.113.7", "unknown"),
    from("203.0.113.0/24", "203.0.113.256", "unknown"),
    from("203.0.113.0/24", "203.0.113.7.1", "unknown"),
    from("203.0.113.0/24", "203.0.113.x7", "unknown"),
    from("203.0.113.0/24", "203.0.113.7x", "unknown"),
    from("2001:db8::/129", "::1", "unknown"),
    from("2001::db8::1", "::1", "unknown"),
    from("1:2:3:4:5:6:7", "::1", "unknown"),
    from("1:2:3:4:5:6:7:8:9", "::1", "unknown"),
    from("1:2:3:4:5:6:7:8::", "::1", "unknown"),
    from("1:2:3:4:5:6:7:g", "::1", "unknown"),
    from("1:2:3:4:5:6:7:0x1", "::1", "unknown"),
    from("1:2:3:4:5:6:7:00001", "::1", "unknown"),
    [
      "not in any of them",
      { NotIpAddress: { "aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"] } },
      { "aws:sourceip": "192.0.2.1" },
      "yes",
    ],
    [
      "in one of them",
      { NotIpAddress: { "aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"] } },
      { "aws:sourceip": "198.51.100.1" },
      "no",
    ],
  );
});

describe("ARNs", () => {
  const arn = (wanted: string, actual: string, truth: Truth): Row => [
    `${actual} as ${wanted}`,
    { ArnLike: { k: wanted } },
    { k: actual },
    truth,
  ];
  rows(
    arn(key, key, "yes"),
    arn("arn:aws:kms:*:111122223333:key/*", key, "yes"),
    arn("arn:aws:kms:*:444455556666:key/*", key, "no"),
    arn("arn:*:key/1", key, "unknown"),
    arn("arn:aws:kms:*:key/1:x", key, "no"),
    arn("arn:aws:sns:*:*:a:b*", "arn:aws:sns:eu-west-1:111122223333:a:bc", "yes"),
    arn("arn:aws:sns:*:*:a", "arn:aws:sns:eu-west-1:111122223333:a:bc", "no"),
    arn("*", key, "unknown"),
    arn(key, "alias/invoices", "unknown"),
    ["ArnEquals has wildcards as well", { ArnEquals: { k: "arn:aws:kms:*:*:key/?" } }, { k: key }, "yes"],
    ["ArnNotEquals", { ArnNotEquals: { k: "arn:aws:kms:*:*:key/2" } }, { k: key }, "yes"],
    ["ArnNotLike", { ArnNotLike: { k: ["arn:aws:kms:*:*:key/2", "arn:aws:kms:*:*:key/1"] } }, { k: key }, "no"],
    [
      "a variable in an ARN",
      { ArnLike: { k: "arn:aws:kms:*:\u0024{aws:PrincipalAccount}:key/*" } },
      { k: key, "aws:principalaccount": "111122223333" },
      "yes",
    ],
  );
});

describe("absent keys", () => {
  const kmsKey = "s3:x-amz-server-side-encryption-aws-kms-key-id";
  rows(
    ["equal nothing", { StringEquals: { [kmsKey]: key } }, {}, "no"],
    ["differ from everything", { ArnNotEquals: { [kmsKey]: key } }, {}, "yes"],
    ["so do they with IfExists", { ArnNotEqualsIfExists: { [kmsKey]: key } }, {}, "yes"],
    ["equal everything with IfExists", { StringEqualsIfExists: { [kmsKey]: key } }, {}, "yes"],
    ["IfExists compares what exists", { ArnNotEqualsIfExists: { [kmsKey]: key } }, { [kmsKey]: key }, "no"],
    ["are null", { Null: { [kmsKey]: "true" } }, {}, "yes"],
    ["are null as a boolean", { Null: { [kmsKey]: true } }, {}, "yes"],
    ["are null in any case", { Null: { [kmsKey]: "TRUE" } }, {}, "yes"],
    ["are not present", { Null: { [kmsKey]: "false" } }, {}, "no"],
    ["are absent if it says so", { Null: { k: "true" } }, { k: null }, "yes"],
    ["are not there where they are present", { Null: { [kmsKey]: "true" } }, { [kmsKey]: key }, "no"],
    ["or are present", { Null: { [kmsKey]: "false" } }, { [kmsKey]: key }, "yes"],
    ["or what nobody knows", { Null: { [kmsKey]: "perhaps" } }, {}, "unknown"],
    ["or what a variable says", { Null: { [kmsKey]: "\u0024{k}" } }, {}, "unknown"],
    [
      "a header, if there is one, and its value",
      { Null: { [algorithm]: "false" }, StringNotEquals: { [algorithm]: "AES256" } },
      {},
      "no",
    ],
  );
});

describe("several values", () => {
  const tags = (...values: readonly string[]) => ({ "aws:tagkeys": values });
  rows(
    ["all of them", { "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b"] } }, tags("a", "b"), "yes"],
    ["not all of them", { "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b"] } }, tags("a", "c"), "no"],
    ["all of none", { "ForAllValues:StringEquals": { "aws:TagKeys": "a" } }, {}, "yes"],
    ["all of an empty list", { "ForAllValues:StringEquals": { "aws:TagKeys": "a" } }, tags(), "yes"],
    ["any of them", { "ForAnyValue:StringEquals": { "aws:TagKeys": ["a", "b"] } }, tags("c", "b"), "yes"],
    ["not any of them", { "ForAnyValue:StringEquals": { "aws:TagKeys": ["a", "b"] } }, tags("c", "d"), "no"],
    ["any of none", { "ForAnyValue:StringEquals": { "aws:TagKeys": "a" } }, {}, "no"],
    ["any of none that differs", { "ForAnyValue:StringNotEquals": { "aws:TagKeys": "a" } }, {}, "no"],
    ["any of none if it exists", { "ForAnyValue:StringEqualsIfExists": { "aws:TagKeys": "a" } }, {}, "yes"],
    [
      "any that differs from all",
      { "ForAnyValue:StringNotEquals": { "aws:TagKeys": ["a", "b"] } },
      tags("a", "c"),
      "yes",
    ],
    [
      "none that differs from all",
      { "ForAnyValue:StringNotEquals": { "aws:TagKeys": ["a", "b"] } },
      tags("a", "b"),
      "no",
    ],
    [
      "all that differ from all",
      { "ForAllValues:StringNotEquals": { "aws:TagKeys": ["a", "b"] } },
      tags("c", "a"),
      "no",
    ],
    ["all that differ from none there", { "ForAllValues:StringNotEquals": { "aws:TagKeys": ["a", "b"] } }, {}, "yes"],
    ["by an operator for one, where they agree", { StringLike: { "aws:TagKeys": "a*" } }, tags("a1", "a2"), "yes"],
    ["by an operator for one, where they do not", { StringLike: { "aws:TagKeys": "a*" } }, tags("a1", "b2"), "unknown"],
    ["by an operator for one, where there is none", { StringLike: { "aws:TagKeys": "a*" } }, tags(), "unknown"],
  );
});

describe("what is not known", () => {
  rows(
    ["an operator that we do not know", { StringSounds: { k: "a" } }, { k: "a" }, "unknown"],
    ["an operator in another case", { stringequals: { k: "a" } }, { k: "a" }, "unknown"],
    ["a quantifier that we do not know", { "ForMostValues:StringEquals": { k: "a" } }, { k: "a" }, "unknown"],
    ["something behind an operator", { "StringEquals:x": { k: "a" } }, { k: "a" }, "unknown"],
    ["something before an operator", { "x:StringEquals": { k: "a" } }, { k: "a" }, "unknown"],
    ["no operator at all", { "": { k: "a" } }, { k: "a" }, "unknown"],
    ["an operator like a method of objects", { toString: { k: "a" } }, { k: "a" }, "unknown"],
    ["a value that is none", { StringEquals: { k: [{}] } }, { k: "a" }, "unknown"],
    ["a value of Null that is none", { Null: { k: [null] } }, {}, "unknown"],
    ["a key whose value is not known", { StringEquals: { k: "a" } }, { k: undefined }, "unknown"],
    ["a sure no outweighs it", { StringSounds: { k: "a" }, StringEquals: { k: "b" } }, { k: "a" }, "no"],
    ["a sure yes does not", { StringSounds: { k: "a" }, StringEquals: { k: "a" } }, { k: "a" }, "unknown"],
    ["another value may be the one", { NumericEquals: { k: ["few", "1"] } }, { k: "1" }, "yes"],
    [
      "two conditions on one key hold together",
      { StringLike: { k: "a*" }, StringNotLike: { k: "*b" } },
      { k: "ab" },
      "no",
    ],
  );

  test.each([
    { StringEquals: { k: "a" } },
    { StringNotEquals: { k: "a" } },
    { Null: { k: "true" } },
    { StringEqualsIfExists: { k: "a" } },
  ])("a key that nobody looked for: %j", (condition) => {
    expect(holds(condition, partly())).toBe("unknown");
    expect(holds(condition, partly({ k: "a" }))).not.toBe("unknown");
    expect(holds(condition, partly({ k: null }))).not.toBe("unknown");
  });

  test("a key like a method of objects is absent", () => {
    expect(holds({ Null: { toString: "true" } }, whole())).toBe("yes");
  });
});
