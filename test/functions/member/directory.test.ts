import type { OrganizationsClient } from "@aws-sdk/client-organizations";
import { expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { orgSchema } from "#core/org/settings";
import { memberDirectory } from "../../../functions/member/directory.ts";

/** What is known of accounts, and by whom: Organizations, the hub's settings, nobody. */
const account = "222222222222";
const given = { id: "o-a1b2c3d4e5", homeRegion: "us-east-1", regions: ["us-east-1"], externalId: "x".repeat(16) };
const entry = { id: account, name: "payments", ous: ["ou-ab12-11111111", "r-ab12"], state: "SUSPENDED" };
const settings = orgSchema.parse({ ...given, directory: [entry] });

/** Organizations that answers with what a test sets, and counts what it was asked. */
function organizations(answer: (name: string) => unknown) {
  const asked: string[] = [];
  const send = async (command: object) => {
    const name = command.constructor.name.replace("Command", "");
    asked.push(name);
    const answered = answer(name);
    if (answered instanceof Error) throw answered;
    return answered;
  };
  return { asked, client: async () => ({ send }) as unknown as OrganizationsClient };
}

const denied = () => organizations(() => Object.assign(new Error("no"), { name: "AccessDeniedException" }));

test("where the hub may not ask Organizations, its directory tells; without one it is unknown, never no unit", async () => {
  const told = memberDirectory(denied().client, settings, Date.now);
  expect(await told.ous(account)).toEqual({ known: true, value: entry.ous });
  expect(await told.account(account)).toEqual({
    known: true,
    value: { id: account, name: "payments", state: "SUSPENDED" },
  });
  expect(await told.accounts()).toMatchObject({ known: true, value: [{ id: account }] });
  expect(await told.ous("333333333333")).toMatchObject({ known: false, error: { name: "AccessDeniedException" } });

  const untold = memberDirectory(denied().client, orgSchema.parse(given), Date.now);
  expect(await untold.ous(account)).toMatchObject({ known: false });
  expect(await untold.accounts()).toMatchObject({ known: false });
  const named = memberDirectory(denied().client, orgSchema.parse({ ...given, accounts: [account] }), Date.now);
  expect(await named.accounts()).toEqual({ known: true, value: [{ id: account, name: null, state: null }] });
});

test("an account's tags are Organizations' to tell, all pages of them, then the directory's; else they are unknown", async () => {
  const tags = { env: "prod", team: "payments" };
  const told = memberDirectory(
    denied().client,
    orgSchema.parse({ ...given, directory: [{ ...entry, tags }] }),
    Date.now,
  );
  expect(await told.tags(account)).toEqual({ known: true, value: tags });
  const untold = memberDirectory(denied().client, settings, Date.now);
  expect(await untold.tags(account)).toMatchObject({ known: false, error: { name: "AccessDeniedException" } });

  const pages = [{ Tags: [{ Key: "env", Value: "dev" }], NextToken: "2" }, { Tags: [], NextToken: "3" }, {}];
  const aws = organizations(() => pages.shift() ?? { Tags: [{ Key: "env", Value: "prod" }] });
  let now = 0;
  const asked = memberDirectory(aws.client, orgSchema.parse({ ...given, directory: [{ ...entry, tags }] }), () => now);
  for (const _ of [1, 2, 3]) expect(await asked.tags(account)).toEqual({ known: true, value: { env: "dev" } });
  expect(aws.asked).toEqual(["ListTagsForResource", "ListTagsForResource", "ListTagsForResource"]);
  now += 5 * 60_000 + 1;
  expect(await asked.tags(account)).toEqual({ known: true, value: { env: "prod" } });
});

test("the accounts of some units are those of the directory that are in one of them", async () => {
  const other = { id: "333333333333", ous: ["ou-ab12-22222222"] };
  const org = orgSchema.parse({ ...given, directory: [entry, other], ous: ["ou-ab12-22222222"] });
  const found = await memberDirectory(denied().client, org, Date.now).accounts();
  expect(found.known && found.value.map(({ id }) => id)).toEqual(["333333333333"]);
});

test("an account that was moved is known in its new place after five minutes, without a call a look until then", async () => {
  let parent = "ou-ab12-11111111";
  let now = 0;
  const aws = organizations(() => ({ Parents: [{ Id: parent, Type: "ROOT" }] }));
  const directory = memberDirectory(aws.client, settings, () => now);
  for (const _ of [1, 2, 3]) expect(await directory.ous(account)).toEqual({ known: true, value: [parent] });
  expect(aws.asked).toHaveLength(1);
  const before = parent;
  parent = "ou-ab12-22222222";
  expect(await directory.ous(account)).toEqual({ known: true, value: [before] });
  now += 5 * 60_000 + 1;
  expect(await directory.ous(account)).toEqual({ known: true, value: [parent] });
});

test("a refusal is kept for a minute, throttling not at all", async () => {
  let now = 0;
  const refusing = denied();
  const directory = memberDirectory(refusing.client, null, () => now);
  await directory.ous(account);
  await directory.ous(account);
  expect(refusing.asked).toHaveLength(1);
  now += 60_001;
  await directory.ous(account);
  expect(refusing.asked).toHaveLength(2);

  const busy = organizations(() => Object.assign(new Error("slow"), { name: "TooManyRequestsException" }));
  const throttled = memberDirectory(busy.client, settings, () => now);
  await expect(throttled.ous(account)).rejects.toThrow(RetryableError);
  await expect(throttled.ous(account)).rejects.toThrow(RetryableError);
  expect(busy.asked).toHaveLength(2);
});

test("of thousands of accounts the last ones asked about are remembered", async () => {
  const aws = organizations(() => ({ Parents: [{ Id: "r-ab12", Type: "ROOT" }] }));
  const directory = memberDirectory(aws.client, null, () => 0);
  for (let at = 0; at <= 2_000; at++) await directory.ous(String(at));
  await directory.ous("2000");
  expect(aws.asked).toHaveLength(2_001);
  await directory.ous("0");
  expect(aws.asked).toHaveLength(2_002);
});
