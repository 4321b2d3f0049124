import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CloseAccountCommand, TagResourceCommand } from "@aws-sdk/client-organizations";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import type { LoggedCall } from "../../support/local-aws/local-aws.ts";
import { account, cloud } from "../cloud.ts";
import { tempFile } from "../run-cli.ts";
import { auditRole, type Organization, organization } from "./organization.ts";

const aws = cloud();
const externalId = "an-external-id-1";
const role = ["--role", "security/Audit", "--external-id", externalId];

let org: Organization;
let policy = "";
let payroll = "";
let sales = "";
let roleless = "";
let closed = "";
let unit = "";
let inner = "";

async function bucketIn(member: string, Bucket: string, region = "us-east-1") {
  const where =
    region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" } };
  await aws.root(region, member).s3.send(new CreateBucketCommand({ Bucket, ...where }));
}

beforeAll(async () => {
  org = await organization(aws);
  unit = await org.unit("workloads");
  inner = await org.unit("inner", unit);
  [payroll, sales, roleless, closed] = [
    await org.member("payroll"),
    await org.member("sales"),
    await org.member("roleless"),
    await org.member("closed"),
  ];
  await org.move(payroll, unit);
  await org.move(sales, inner);
  await org.client.send(new CloseAccountCommand({ AccountId: closed }));
  await auditRole(aws, payroll, { externalId });
  await auditRole(aws, sales, { externalId });
  await aws.bucket("home-one");
  await bucketIn(payroll, "payroll-one");
  await bucketIn(payroll, "payroll-two", "eu-west-1");
  await bucketIn(sales, "sales-one");
  policy = await tempFile(
    `version: 1
rules:
  - { id: unit, match: { ous: ["${inner}"] }, encryption: { algorithm: aws:kms, key: aws-managed }, mode: enforce }
  - { id: all, encryption: { algorithm: AES256 }, mode: enforce }
`,
  );
});

async function plan(...args: string[]) {
  const run = await aws.run(["plan", "--policy", policy, ...args, "--json"]);
  return { ...run, document: JSON.parse(run.stdout) };
}

interface Found {
  readonly bucket: string;
  readonly account: string;
  readonly standing: string;
}

const shown = (buckets: readonly Found[]) =>
  buckets.map(({ bucket, account: of, standing }) => `${of} ${bucket} ${standing}`).sort();

describe("plan over several accounts", () => {
  test("looks at each by the role, reads only, and at the caller's own without it", async () => {
    let found: Awaited<ReturnType<typeof plan>> | null = null;
    const calls = await aws.callsOf(async () => {
      found = await plan("--account", `${account},${payroll}`, "--account", sales, ...role);
    });
    const { code, document, stderr } = found as unknown as Awaited<ReturnType<typeof plan>>;
    expect(stderr).toBe("");
    expect(shown(document.buckets)).toEqual(
      [
        `${account} home-one compliant`,
        `${payroll} payroll-one compliant`,
        `${payroll} payroll-two compliant`,
        `${sales} sales-one change`,
      ].sort(),
    );
    expect(document.accounts).toEqual([
      { account, name: "Master Account", buckets: 1, refused: null },
      { account: payroll, name: "payroll", buckets: 2, refused: null },
      { account: sales, name: "sales", buckets: 1, refused: null },
    ]);
    expect(code).toBe(2);
    const of = (api: string) => calls.filter((call) => call.api === api);
    expect(of("AssumeRole")).toHaveLength(2);
    expect(of("ListBuckets").map((call) => call.account)).toHaveLength(3);
    expect(calls.filter(({ api }) => /^(Put|Create|Delete|Update)/.test(api))).toEqual([]);
  });

  test("takes all active accounts from Organizations, and tells those that cannot be entered", async () => {
    const { code, document, stderr } = await plan("--all-accounts", ...role);
    expect(code).toBe(1);
    expect(stderr).toBe(`not looked at: 1 account that is not active: ${closed} (closed, CLOSED)\n`);
    expect(document.inactive).toEqual([{ account: closed, name: "closed", state: "CLOSED" }]);
    expect(document.summary).toMatchObject({ accounts: 4, refused: 1, buckets: 4, change: 1, compliant: 3 });
    const refused = document.accounts.filter((each: { refused: unknown }) => each.refused !== null);
    expect(refused).toEqual([
      { account: roleless, name: "roleless", buckets: 0, refused: expect.objectContaining({ code: "not-entered" }) },
    ]);
    expect(refused[0].refused.text).toContain(`arn:aws:iam::${roleless}:role/security/Audit`);
    expect(refused[0].refused.advice).toContain("--external-id");
  });

  test("takes the accounts under a unit, at any depth", async () => {
    const under = await plan("--ou", unit, ...role);
    expect(shown(under.document.buckets)).toHaveLength(3);
    expect(under.code).toBe(2);
    const deep = await plan("--ou", inner, ...role);
    expect(shown(deep.document.buckets)).toEqual([`${sales} sales-one change`]);
  });

  test("takes the buckets of the Regions alone that are named", async () => {
    const one = await plan("--account", `${payroll},${sales}`, "--region", "eu-west-1", ...role);
    expect(shown(one.document.buckets)).toEqual([`${payroll} payroll-two compliant`]);
    const both = await plan("--account", payroll, "--region", "eu-west-1", "--region", "us-east-1", ...role);
    expect(both.document.buckets).toHaveLength(2);
    const own = await plan("--region", "eu-west-1,eu-west-2");
    expect(own.document.buckets).toEqual([]);
    const alone = await plan("--region", "eu-west-1");
    expect(shown(alone.document.buckets)).toEqual([`${account} home-one compliant`]);
  });

  test("groups by account at 80 columns, with a summary over all", async () => {
    const { code, stdout } = await aws.run([
      "plan",
      "--policy",
      policy,
      "--account",
      `${payroll},${roleless},${closed}`,
      ...role,
    ]);
    expect(code).toBe(1);
    const lines = stdout.split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.slice(0, 3)).toEqual([`account ${payroll}  payroll`, "2 buckets: 2 as declared", ""]);
    expect(lines).toContain(`account ${roleless}  roleless`);
    expect(stdout).toContain(`account ${closed}  closed\n  ? the account is CLOSED`);
    expect(stdout).toMatch(/\n3 accounts, 2 of them could not be looked at\n2 buckets: 2 as declared\n$/);
  });

  test("tells a wrong external id from nothing: it is a row of its own, too", async () => {
    const { code, document } = await plan("--account", payroll, ...role.slice(0, 2), "--external-id", "wrong-id");
    expect(code).toBe(1);
    expect(document.accounts).toMatchObject([{ account: payroll, refused: { code: "not-entered" } }]);
  });

  test("looks at one bucket in whichever account owns it", async () => {
    const { code, document } = await plan("sales-one", "--all-accounts", ...role);
    expect(shown(document.buckets)).toEqual([`${sales} sales-one change`]);
    expect(document.accounts).toMatchObject([{ account: sales, buckets: 1 }]);
    expect(code).toBe(2);
  });
});

describe("explain in several accounts", () => {
  const explain = (...args: string[]) => aws.run(["explain", ...args, "--policy", policy, ...role, "--json"]);

  test("finds the account that owns the bucket", async () => {
    const { code, stdout } = await explain("sales-one", "--all-accounts");
    expect(JSON.parse(stdout)).toMatchObject({ bucket: "sales-one", account: sales, rule: "unit", standing: "change" });
    expect(code).toBe(2);
  });

  test("does not take somebody else's bucket for an account's own", async () => {
    const { code, stdout } = await explain("sales-one", "--account", payroll);
    expect(JSON.parse(stdout).error).toEqual({
      code: "no-bucket",
      message: 'none of the accounts that were looked at owns a bucket "sales-one"',
    });
    expect(code).toBe(1);
  });

  test("names the accounts that could not be looked at, where none owns it", async () => {
    const { stdout } = await explain("nowhere", "--account", `${payroll},${roleless}`);
    expect(JSON.parse(stdout).error.message).toContain(`not looked at are ${roleless}: AWS does not let`);
  });
});

describe("a rule on account tags", () => {
  const tagged = `version: 1
rules:
  - { id: production, match: { accountTags: { env: "prod*" } }, encryption: { algorithm: aws:kms, key: aws-managed }, mode: enforce }
  - { id: all, encryption: { algorithm: AES256 }, mode: enforce }
`;

  test("is judged by what Organizations says to the caller, asked for once an account, and by no call without one", async () => {
    await org.client.send(new TagResourceCommand({ ResourceId: sales, Tags: [{ Key: "env", Value: "production" }] }));
    const file = await tempFile(tagged);
    const asks = (calls: readonly LoggedCall[]) => calls.filter(({ api }) => api === "ListTagsForResource").length;
    const named = ["--account", `${payroll},${sales}`, ...role, "--json"];
    let found: { readonly account: string; readonly rule: string | null }[] = [];
    const calls = await aws.callsOf(async () => {
      const { stdout } = await aws.run(["plan", "--policy", file, ...named]);
      found = JSON.parse(stdout).buckets;
    });
    expect(found.map(({ account: of, rule }) => [of, rule]).sort()).toEqual(
      [
        [payroll, "all"],
        [payroll, "all"],
        [sales, "production"],
      ].sort(),
    );
    expect(asks(calls)).toBe(2);
    expect(asks(await aws.callsOf(() => plan(...named.slice(0, -1))))).toBe(0);
    const one = await aws.run(["explain", "payroll-one", "--policy", file, "--all-accounts", ...role, "--json"]);
    expect(JSON.parse(one.stdout).rules[0]).toMatchObject({
      id: "production",
      state: "no-match",
      field: "accountTags.env",
      text: 'accountTags.env: the account has no such tag, wanted "prod*"',
    });
  });

  test("is unknown, and never another rule's, where Organizations does not answer the caller", async () => {
    const file = await tempFile(tagged);
    const as = await aws.user("untold", [
      { Effect: "Allow", Action: ["s3:*", "sts:*", "kms:*"], Resource: "*" },
      { Effect: "Deny", Action: "organizations:*", Resource: "*" },
    ]);
    const { code, stdout } = await aws.run(["explain", "home-one", "--policy", file, "--json"], { as });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ standing: "unreadable", rule: null });
  });
});

describe("a key of a central account", () => {
  test("is read by the role of its own account if that is looked at, else by that of the bucket's", async () => {
    const { kms } = aws.root("us-east-1", payroll);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const arn = KeyMetadata?.Arn ?? "";
    const file = await tempFile(
      `version: 1\nkeys: { central: "${arn}" }\nrules:\n  - { id: all, encryption: { algorithm: aws:kms, key: central }, mode: enforce }\n`,
    );
    const keyCalls = async (...accounts: string[]) => {
      const calls = await aws.callsOf(() =>
        aws.run(["plan", "--policy", file, "--account", accounts.join(","), "--json", ...role]),
      );
      return [...new Set(calls.filter(({ api }) => api === "DescribeKey").map(({ principal }) => principal))];
    };
    expect(await keyCalls(sales)).toEqual([expect.stringContaining(`:${sales}:`)]);
    expect(await keyCalls(sales, payroll)).toEqual([expect.stringContaining(`:${payroll}:`)]);
  });
});

describe("one sentence says what is wrong with", () => {
  const cases: Record<string, [args: string[], message: string | RegExp]> = {
    "an account that is none": [["--account", "12345", ...role], /^--account: "12345" is not an account's id: twelve/],
    "an empty account": [["--account", "111122223333,", ...role], /^--account: "" is not an account's id/],
    "--account beside --all-accounts": [
      ["--account", account, "--all-accounts", ...role],
      /^--account and --all-accounts cannot be combined/,
    ],
    "a role without accounts": [["--role", "Audit"], /^--role needs accounts: /],
    "an external id without a role": [
      ["--account", account, "--external-id", "some-id"],
      /^--external-id needs --role/,
    ],
    "accounts without a role": [["--account", "999988887777"], /^account 999988887777 is not your own: .*--role NAME/],
    "the ARN of a role": [
      ["--account", account, "--role", "arn:aws:iam::111122223333:role/a/Audit"],
      /^--role takes the name of a role, .*"a\/Audit"$/,
    ],
    "a unit that is none": [["--ou", "workloads", ...role], /^--ou: "workloads" is not the id of an organizational/],
    "a Region that is none": [["--account", account, "--region", "eu west", ...role], /^"eu west" is not a Region/],
    "an unknown unit": [["--ou", "ou-none-11111111", ...role], /ou-none-11111111/],
  };
  test.concurrent.each(Object.entries(cases))("%s", async (_what, [args, message]) => {
    const { code, stdout, stderr } = await aws.run(["plan", "--policy", policy, ...args]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.replace(/^bucketseal: /, "").trimEnd()).toMatch(message);
  });
});
