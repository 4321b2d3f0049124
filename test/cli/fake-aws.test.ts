import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type CliRun, runCli, tempFile } from "./run-cli.ts";

/**
 * Responses of AWS that no emulator gives: redirects to another Region, several pages of buckets.
 */
let server: Server | null = null;
afterEach(() => server?.close());

const IDENTITY = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:root</Arn>
<UserId>x</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
const ENCRYPTION = `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>
</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`;

async function plan(
  args: readonly string[],
  s3: (request: IncomingMessage, answer: ServerResponse) => void,
): Promise<CliRun> {
  server = createServer((request, answer) => {
    if (request.method === "POST") answer.writeHead(200, { "content-type": "text/xml" }).end(IDENTITY);
    else s3(request, answer);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const file = await tempFile("version: 1\nrules: [{ id: all, encryption: { algorithm: AES256 } }]\n");
  const env = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_REGION: "us-east-1" };
  return runCli(["plan", ...args, "--policy", file, "--endpoint-url", `http://127.0.0.1:${port}`, "--json"], { env });
}

const signedFor = (request: IncomingMessage) =>
  /Credential=[^/]*\/\d+\/([^/]*)\//.exec(request.headers.authorization ?? "")?.[1];

describe("a bucket in another Region", () => {
  for (const status of [301, 307, 400, 403]) {
    test(`is found by HeadBucket's ${status} and read there, with its owner expected`, async () => {
      const seen: (string | undefined)[] = [];
      const owners = new Set<string | undefined>();
      const { code, stdout } = await plan(["invoices"], (request, answer) => {
        owners.add(request.headers["x-amz-expected-bucket-owner"]?.toString());
        if (request.method === "HEAD")
          return void answer.writeHead(status, { "x-amz-bucket-region": "eu-west-1" }).end();
        seen.push(request.url, signedFor(request));
        answer.writeHead(200, { "content-type": "application/xml" }).end(ENCRYPTION);
      });
      expect(code).toBe(0);
      expect(JSON.parse(stdout).buckets).toMatchObject([
        { bucket: "invoices", region: "eu-west-1", standing: "compliant" },
      ]);
      expect(seen).toEqual(["/invoices/?encryption=", "eu-west-1"]);
      expect([...owners]).toEqual(["111122223333"]);
    });
  }
});

describe("an account with more buckets than one page", () => {
  test("is read to the end, each bucket in its own Region", async () => {
    const page = (name: string, region: string, token: string) =>
      `<ListAllMyBucketsResult><Buckets><Bucket><Name>${name}</Name><BucketRegion>${region}</BucketRegion></Bucket></Buckets>${token}</ListAllMyBucketsResult>`;
    const { code, stdout } = await plan([], (request, answer) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://127.0.0.1");
      answer.writeHead(200, { "content-type": "application/xml" });
      if (pathname !== "/") return void answer.end(ENCRYPTION);
      const next = searchParams.get("continuation-token");
      if (next === "second") answer.end(page("two", "eu-west-1", ""));
      else answer.end(page("one", "us-east-1", "<ContinuationToken>second</ContinuationToken>"));
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).buckets).toMatchObject([
      { bucket: "one", region: "us-east-1" },
      { bucket: "two", region: "eu-west-1" },
    ]);
  });
});

describe("a bucket that an AWS service manages", () => {
  test("is read, not changed, and not an error", async () => {
    const { code, stdout } = await plan(["fsx"], (request, answer) => {
      answer.writeHead(200, { "content-type": "application/xml", "x-amz-bucket-region": "us-east-1" });
      answer.end(request.method === "HEAD" ? "" : ENCRYPTION.replace("AES256", "aws:fsx"));
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).buckets).toMatchObject([{ standing: "service-managed", action: "none" }]);
  });
});
