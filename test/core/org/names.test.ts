import { expect, test } from "vitest";
import {
  codeBucketPrefix,
  HUB_ROLE_PATH,
  hubBusName,
  hubRoleName,
  hubRuleName,
  memberObjectsParameter,
  memberRoleArn,
  memberRoleName,
  objectRolePrefix,
  planeRoleName,
} from "#core/org/names";

test("the role in a member is named after the stage, or as its owner says", () => {
  const role = { path: "/bucketseal/" };
  expect(memberRoleName("prod", { role })).toBe("bucketseal-prod-member");
  expect(memberRoleArn("prod", { role, homeRegion: "us-east-1" }, "111122223333")).toBe(
    "arn:aws:iam::111122223333:role/bucketseal/bucketseal-prod-member",
  );
  expect(memberRoleArn("prod", { role: { path: "/", prefix: "sec-" }, homeRegion: "cn-north-1" }, "*")).toBe(
    "arn:aws-cn:iam::*:role/sec-member",
  );
});

test("the hub's own names are made from its stage", () => {
  expect(hubRuleName("prod", "keys")).toBe("bucketseal-prod-members-keys");
  expect([HUB_ROLE_PATH, hubRoleName("prod", "bucket"), hubBusName("prod")]).toEqual([
    "/bucketseal/",
    "bucketseal-prod-bucket",
    "bucketseal-prod",
  ]);
});

test("what an object plane needs is named so that both sides find it, and a bucket's name is short enough", () => {
  const role = { path: "/bucketseal/" };
  expect([planeRoleName("prod"), objectRolePrefix("prod", { role })]).toEqual([
    "bucketseal-prod-plane",
    "bucketseal-prod-obj-",
  ]);
  expect(objectRolePrefix("prod", { role: { ...role, prefix: "sec-" } })).toBe("sec-obj-");
  expect(memberObjectsParameter("prod")).toBe("/bucketseal/prod/objects");
  expect(codeBucketPrefix("prod", "111122223333")).toBe("bucketseal-code-prod-111122223333-");
  const long = `${codeBucketPrefix("S".repeat(32), "111122223333")}ap-southeast-1`;
  expect(long).toMatch(/^[a-z0-9-]{3,63}$/);
});
