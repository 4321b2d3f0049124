import { expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { onAws } from "./s3-setting.ts";

// https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html

const aws = conformance();

/** A call as the account's root user, whose signature the local AWS does not check. */
async function account<T>(operation: string, given: object): Promise<T> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${aws.account}/20260101/us-east-1/account/aws4_request, SignedHeaders=host, Signature=0`;
  const headers = { authorization, "content-type": "application/json" };
  const answer = await fetch(`${aws.endpoint}/${operation}`, { method: "POST", headers, body: JSON.stringify(given) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return (text === "" ? {} : JSON.parse(text)) as T;
}

async function disabled(): Promise<string[]> {
  const names: string[] = [];
  for (let NextToken: string | undefined, first = true; first || NextToken !== undefined; first = false) {
    const given = { RegionOptStatusContains: ["DISABLED"], MaxResults: 3, NextToken };
    const page = await account<{ Regions: { RegionName: string }[]; NextToken?: string }>("listRegions", given);
    names.push(...page.Regions.map(({ RegionName }) => RegionName));
    NextToken = page.NextToken;
  }
  return names;
}

// A test does not opt a real account in.
test.skipIf(onAws)("a Region that takes opting in is disabled until the account does", async () => {
  const before = await disabled();
  expect(before).toContain("eu-south-1");
  expect(before).not.toContain("eu-west-1");
  await account("enableRegion", { RegionName: "eu-south-1" });
  expect(await disabled()).toEqual(before.filter((name) => name !== "eu-south-1"));
  const status = (RegionName: string) => account("getRegionOptStatus", { RegionName });
  expect(await status("eu-south-1")).toMatchObject({ RegionOptStatus: "ENABLED" });
  expect(await status("eu-west-1")).toMatchObject({ RegionOptStatus: "ENABLED_BY_DEFAULT" });
  await account("disableRegion", { RegionName: "eu-south-1" });
  expect(await disabled()).toEqual(before);
});
