import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { CliError } from "../../cli/error.ts";
import { explainError } from "../../cli/line/explain-error.ts";
import { main, runCli, tempFile } from "./run-cli.ts";

let file = "";
beforeAll(async () => {
  file = await tempFile("version: 1\nrules: []\n");
});

const keys = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };

describe("a command that cannot call AWS says in one sentence what to do about", () => {
  const cases: Record<string, [flags: string[], env: Record<string, string>, message: string | RegExp]> = {
    "no Region": [[], keys, "no Region is set: use --region, set AWS_REGION, or set one in the profile"],
    "no credentials": [
      ["--region", "eu-west-1"],
      {},
      /^no AWS credentials found: set AWS_PROFILE, use --profile, or run `aws configure`/,
    ],
    "an unknown profile": [
      ["--region", "eu-west-1", "--profile", "nope"],
      keys,
      /^profile "nope" provides no credentials: /,
    ],
    "a refused endpoint": [
      ["--region", "eu-west-1", "--endpoint-url", "http://127.0.0.1:1"],
      keys,
      "cannot reach the endpoint (connect ECONNREFUSED 127.0.0.1:1): check --endpoint-url or AWS_ENDPOINT_URL and the network",
    ],
    "an endpoint that is no URL": [
      ["--region", "eu-west-1", "--endpoint-url", "localhost:4566"],
      keys,
      '--endpoint-url takes a URL such as http://127.0.0.1:4566, not "localhost:4566"',
    ],
    "an AWS_ENDPOINT_URL that is no URL": [
      ["--region", "eu-west-1"],
      { ...keys, AWS_ENDPOINT_URL: "nonsense" },
      'AWS_ENDPOINT_URL must be a URL such as http://127.0.0.1:4566, not "nonsense"',
    ],
    "a Region that is none": [["--region", "us east"], keys, '"us east" is not a Region, such as eu-west-1'],
    "a concurrency that is none": [["--concurrency", "0"], keys, '--concurrency takes a number from 1 to 256, not "0"'],
    "--policy together with --stage": [
      ["--region", "eu-west-1", "--stage", "dev"],
      keys,
      "--policy and --stage cannot be combined: a policy file needs no stage",
    ],
  };
  for (const [sentence, [flags, env, message]] of Object.entries(cases)) {
    test.concurrent(sentence, async () => {
      const { code, stdout, stderr } = await runCli(["plan", "--policy", file, ...flags], { env });
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^bucketseal: [^\n]*\n$/);
      const said = stderr.slice("bucketseal: ".length, -1);
      if (typeof message === "string") expect(said).toBe(message);
      else expect(said).toMatch(message);
    });
  }

  test.concurrent("a profile whose program fails, with the cause and the file that was read", async () => {
    const config = join(await mkdtemp(join(tmpdir(), "bucketseal-cli-")), "config");
    await writeFile(config, "[profile broken]\ncredential_process = /nowhere/program\n");
    const flags = ["plan", "--policy", file, "--region", "eu-west-1", "--profile", "broken"];
    const { code, stderr } = await runCli(flags, { env: { AWS_CONFIG_FILE: config } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^bucketseal: profile "broken" provides no credentials: check \S+\/config, .*\(.*nowhere/);
  });

  for (const [how, flags, env] of [
    ["--profile", ["--profile", "mfa"], {}],
    ["AWS_PROFILE", [], { AWS_PROFILE: "mfa" }],
  ] as const) {
    test.concurrent(`a profile that needs an MFA code, where nobody can be asked, in one sentence (${how})`, async () => {
      const config = join(await mkdtemp(join(tmpdir(), "bucketseal-cli-")), "config");
      const mfa = ["[profile mfa]", "role_arn = arn:aws:iam::111122223333:role/x", "mfa_serial = arn:aws:iam::1:mfa/x"];
      const base = [
        "source_profile = base",
        "[profile base]",
        "aws_access_key_id = a",
        "aws_secret_access_key = b",
        "",
      ];
      await writeFile(config, [...mfa, ...base].join("\n"));
      const args = ["plan", "--policy", file, "--region", "eu-west-1", ...flags];
      const { code, stderr } = await runCli(args, { env: { AWS_CONFIG_FILE: config, ...env } });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr:
          "bucketseal: the profile needs a code of the MFA device arn:aws:iam::1:mfa/x, and there is no terminal to ask on: run this in a terminal, or set the credentials of a session (`aws configure export-credentials --format env`)\n",
      });
    });
  }

  test("output that finds no space is an error in one sentence", async () => {
    const child = spawnSync(process.execPath, [main, "--help"], {
      stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
      encoding: "utf8",
    });
    expect({ code: child.status, stderr: child.stderr }).toEqual({
      code: 1,
      stderr: "bucketseal: cannot write to stdout: no space left\n",
    });
  });

  test("an error, and with BUCKETSEAL_DEBUG shows its stack", async () => {
    const flags = ["--region", "eu-west-1", "--endpoint-url", "http://127.0.0.1:1"];
    const { stderr } = await runCli(["plan", "--policy", file, ...flags], { env: { ...keys, BUCKETSEAL_DEBUG: "1" } });
    expect(stderr).toMatch(/ {4}at /);
  });
});

describe("the CLI takes, as the AWS CLI does,", () => {
  const refused = (port: number) => new RegExp(`ECONNREFUSED 127.0.0.1:${port}\\)`);

  test.concurrent("the profile's Region, keys and endpoint_url, before keys in the environment", async () => {
    const config = join(await mkdtemp(join(tmpdir(), "bucketseal-cli-")), "config");
    const profile = ["[profile there]", "region = eu-west-1", "aws_access_key_id = a", "aws_secret_access_key = b"];
    await writeFile(config, [...profile, "endpoint_url = http://127.0.0.1:2", ""].join("\n"));
    const env = { ...keys, AWS_CONFIG_FILE: config };
    const flag = await runCli(["plan", "--policy", file, "--profile", "there"], { env });
    expect(flag.stderr).toMatch(refused(2));
    expect(flag.stderr).not.toContain("Multiple credential sources");
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...rest } = { ...env, AWS_PROFILE: "there" };
    expect((await runCli(["plan", "--policy", file], { env: rest })).stderr).toMatch(refused(2));
  });

  test.concurrent("the Region from AWS_DEFAULT_REGION and the endpoint from AWS_ENDPOINT_URL", async () => {
    const env = { ...keys, AWS_DEFAULT_REGION: "eu-west-1", AWS_ENDPOINT_URL: "http://127.0.0.1:3" };
    expect((await runCli(["plan", "--policy", file], { env })).stderr).toMatch(refused(3));
  });

  test.concurrent("the endpoint from --endpoint-url before AWS_ENDPOINT_URL", async () => {
    const env = { ...keys, AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: "http://127.0.0.1:3" };
    const { stderr } = await runCli(["plan", "--policy", file, "--endpoint-url", "http://127.0.0.1:4"], { env });
    expect(stderr).toMatch(refused(4));
  });
});

describe("the CLI prints a sentence for", () => {
  const aws = (name: string, message: string, status = 400) =>
    Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
  const cases: Record<string, [error: unknown, message: RegExp, code?: string]> = {
    "an error of its own, unchanged": [new CliError("so and so", { code: "mine" }), /^so and so$/, "mine"],
    "expired credentials": [
      aws("ExpiredToken", "The token has expired"),
      /^the credentials have expired: sign in again/,
      "ExpiredToken",
    ],
    "an unknown access key": [aws("InvalidClientTokenId", "no"), /^AWS does not know this access key: /],
    "an unknown access key, as S3 says it": [
      aws("InvalidAccessKeyId", "no", 403),
      /^AWS does not know this access key: /,
    ],
    "a wrong secret": [aws("SignatureDoesNotMatch", "no", 403), /^the secret access key does not match/],
    "a wrong clock": [aws("RequestTimeTooSkewed", "no", 403), /^this machine's clock is off/],
    "a timeout": [aws("TimeoutError", "@smithy/node-http-handler - noise"), /^AWS did not answer in time: [^@]*$/],
    "throttling, wrapped": [
      new Error("GetBucketEncryption: SlowDown", { cause: aws("SlowDown", "slow", 503) }),
      /^AWS is throttling these calls: .*--concurrency/,
      "SlowDown",
    ],
    "a denied action": [
      aws(
        "AccessDenied",
        "User: arn:aws:iam::1:user/a is not authorized to perform: s3:ListAllMyBuckets because no",
        403,
      ),
      /^arn:aws:iam::1:user\/a is not allowed to s3:ListAllMyBuckets: use other credentials or ask for the permission$/,
    ],
    "a denial that names nothing": [
      aws("Forbidden", "", 403),
      /^AWS denied the call \(\): use credentials that are allowed to make it$/,
    ],
    "a refused connection behind an aggregate": [
      new AggregateError([Object.assign(new Error("connect ECONNREFUSED ::1:1"), { code: "ECONNREFUSED" })], ""),
      /^cannot reach the endpoint \(connect ECONNREFUSED ::1:1\)/,
    ],
    "anything else, with a hint": [
      new TypeError("x is\u001B[31m not a function"),
      /^TypeError: x is\\u\{1b\}\[31m not a function \(BUCKETSEAL_DEBUG=1/,
    ],
    "what is no error at all": ["boom", /^boom/, "error"],
  };
  for (const [sentence, [error, message, code]] of Object.entries(cases)) {
    test(sentence, () => {
      const explained = explainError(error);
      expect(explained.message).toMatch(message);
      if (code !== undefined) expect(explained.code).toBe(code);
    });
  }
});
