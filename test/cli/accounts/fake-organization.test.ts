import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { inLanes } from "../../../cli/accounts/lanes.ts";
import { runCli, tempFile } from "../run-cli.ts";

/** What no emulator answers: pages of accounts, states without status, a throttled account. */
let server: Server | null = null;
afterEach(() => server?.close());

const own = "111122223333";
const throttled = "222233334444";
const quick = "333344445555";

const IDENTITY = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${own}:user/dana</Arn>
<UserId>x</UserId><Account>${own}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
const ENCRYPTION = `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>
</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`;
const SLOW = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";

/** Two pages, the first of them with a suspended account that only `State` tells. */
const PAGES: Readonly<Record<string, object>> = {
  "": { Accounts: [], NextToken: "second" },
  second: {
    Accounts: [
      { Id: own, Name: "own", State: "ACTIVE" },
      { Id: "444455556666", Name: "left", State: "SUSPENDED", Status: "ACTIVE" },
    ],
    NextToken: "third",
  },
  third: { Accounts: [throttled, quick].map((Id) => ({ Id, Name: "member", State: "ACTIVE" })) },
};

async function plan(seen: string[]) {
  server = createServer((request, answer) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => respond(request, body, answer, seen));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const file = await tempFile("version: 1\nrules: [{ id: all, encryption: { algorithm: AES256 } }]\n");
  const env = { AWS_ACCESS_KEY_ID: own, AWS_SECRET_ACCESS_KEY: "b", AWS_REGION: "us-east-1" };
  const args = ["plan", "--policy", file, "--endpoint-url", `http://127.0.0.1:${port}`, "--json"];
  return runCli([...args, "--all-accounts", "--role", "Audit", "--external-id", "an-id"], { env });
}

function respond(request: IncomingMessage, body: string, answer: ServerResponse, seen: string[]): void {
  const target = request.headers["x-amz-target"]?.toString() ?? "";
  if (target.endsWith(".ListAccounts")) {
    const { NextToken: token = "" } = JSON.parse(body) as { NextToken?: string };
    answer.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(PAGES[token]));
  } else if (body.includes("Action=AssumeRole")) {
    const form = new URLSearchParams(body);
    const account = form.get("RoleArn")?.split(":")[4] ?? "";
    seen.push(`assume ${account} ${form.get("ExternalId")}`);
    const until = new Date(Date.now() + 900_000).toISOString();
    const given = `<AccessKeyId>${account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${until}</Expiration>`;
    const result = `<AssumeRoleResult><Credentials>${given}</Credentials></AssumeRoleResult>`;
    answer.writeHead(200, { "content-type": "text/xml" });
    answer.end(`<AssumeRoleResponse>${result}</AssumeRoleResponse>`);
  } else if (request.method === "POST") {
    answer.writeHead(200, { "content-type": "text/xml" }).end(IDENTITY);
  } else {
    const account = /Credential=(\d+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const { pathname } = new URL(request.url ?? "", "http://127.0.0.1");
    seen.push(`${account} ${pathname}`);
    const bucket = `<Bucket><Name>of-${account}</Name><BucketRegion>us-east-1</BucketRegion></Bucket>`;
    answer.writeHead(account === throttled ? 503 : 200, { "content-type": "application/xml" });
    if (account === throttled) answer.end(SLOW);
    else
      answer.end(
        pathname === "/" ? `<ListAllMyBucketsResult><Buckets>${bucket}</Buckets></ListAllMyBucketsResult>` : ENCRYPTION,
      );
  }
}

test("all pages of accounts are read, and one account's throttling is its own row and delays no other", async () => {
  const seen: string[] = [];
  const { code, stdout, stderr } = await plan(seen);
  const document = JSON.parse(stdout);
  expect(code).toBe(1);
  expect(stderr).toBe("not looked at: 1 account that is not active: 444455556666 (left, SUSPENDED)\n");
  expect(document.accounts).toMatchObject([
    { account: own, buckets: 1, refused: null },
    { account: throttled, buckets: 0, refused: { code: "unreachable", advice: "try again" } },
    { account: quick, buckets: 1, refused: null },
  ]);
  expect(seen.filter((call) => call.startsWith("assume")).sort()).toEqual([
    `assume ${throttled} an-id`,
    `assume ${quick} an-id`,
  ]);
  // The throttled account is asked again while the others are done.
  expect(seen.at(-1)).toBe(`${throttled} /`);
  expect(seen.filter((call) => call === `${throttled} /`)).toHaveLength(5);
});

test("an account that is stuck gives its place to the next one", async () => {
  let release: () => void = () => undefined;
  const stuck = new Promise<void>((resolve) => {
    release = resolve;
  });
  const done: number[] = [];
  const lanes = inLanes([0, 1, 2, 3, 4], { lively: 2, most: 4, patience: 40 }, async (item) => {
    if (item < 3) await stuck;
    else await sleep(1);
    done.push(item);
    if (item === 4) release();
    return item;
  });
  expect(await lanes).toEqual([0, 1, 2, 3, 4]);
  expect(done.slice(0, 2)).toEqual([3, 4]);
});

test("no more are worked on at once than there is room for, and the first error ends the run", async () => {
  let running = 0;
  let most = 0;
  const limits = { lively: 2, most: 4, patience: 10_000 };
  await inLanes([1, 2, 3, 4, 5, 6], limits, async (_item, moved) => {
    running += 1;
    most = Math.max(most, running);
    moved();
    await sleep(5);
    running -= 1;
  });
  expect(most).toBe(2);
  const failing = inLanes([1, 2, 3], limits, async (item) => {
    if (item === 2) throw new Error("two");
  });
  await expect(failing).rejects.toThrow("two");
});
