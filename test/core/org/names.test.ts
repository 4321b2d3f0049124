import { expect, test } from "vitest";
import { HUB_ROLE_PATH, hubBusName, hubRoleName, hubRuleName, memberRoleArn, memberRoleName } from "#core/org/names";

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
