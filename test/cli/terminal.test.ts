import { spawn } from "node:child_process";
import { once } from "node:events";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { beforeAll, describe, expect, test } from "vitest";
import { account, cloud } from "./cloud.ts";
import { main, tempFile } from "./run-cli.ts";
import { runInTerminal } from "./run-in-terminal.ts";

const aws = cloud();
const ESC = "\u001B[";
let file = "";
let env: Record<string, string> = {};

beforeAll(async () => {
  file = await tempFile(`version: 1
keys: { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default" }
rules:
  - { id: all, encryption: { algorithm: aws:kms, key: default }, mode: enforce }
`);
  await aws.key("s3-default");
  await aws.bucket("terminal-1");
  await aws.bucket("terminal-2");
  env = {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: "test",
  };
});

describe("on a terminal", () => {
  test("apply asks, and writes nothing after a no", async () => {
    const { code, screen } = await runInTerminal(["apply", "--policy", file], env, { prompt: "[y/N]", answer: "n\n" });
    expect(code).toBe(2);
    expect(screen).toContain("Write 2 buckets? [y/N]");
    expect(screen).toContain("nothing was written");
    expect(await aws.encryptionOf("terminal-1")).toMatchObject({ algorithm: "AES256" });
  });

  test("apply asks, and Ctrl-C ends it with 130 and nothing written", async () => {
    const { code } = await runInTerminal(["apply", "--policy", file], env, { prompt: "[y/N]", answer: "\u0003" });
    expect(code).toBe(130);
    expect(await aws.encryptionOf("terminal-1")).toMatchObject({ algorithm: "AES256" });
  });

  test("apply asks, and Ctrl-D is no", async () => {
    const { code, screen } = await runInTerminal(["apply", "--policy", file], env, {
      prompt: "[y/N]",
      answer: "\u0004",
    });
    expect(code).toBe(2);
    expect(screen).toContain("nothing was written");
    expect(screen).not.toContain("Abort");
    expect(await aws.encryptionOf("terminal-1")).toMatchObject({ algorithm: "AES256" });
  });

  test("a profile with an MFA device is asked for its code, once, whatever the number of services", async () => {
    const user = await aws.user("mia", [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }]);
    const { iam } = aws.root();
    const trust = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    await iam.send(new CreateRoleCommand({ RoleName: "mfa", AssumeRolePolicyDocument }));
    const all = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
    const PolicyDocument = JSON.stringify(all);
    await iam.send(new PutRolePolicyCommand({ RoleName: "mfa", PolicyName: "all", PolicyDocument }));
    const config = await tempFile(`[profile mfa]
role_arn = arn:aws:iam::${account}:role/mfa
mfa_serial = arn:aws:iam::${account}:mfa/mia
source_profile = base
[profile base]
aws_access_key_id = ${user.accessKeyId}
aws_secret_access_key = ${user.secretAccessKey}
`);
    const own = { AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: "us-east-1", AWS_CONFIG_FILE: config };
    const args = ["plan", "--policy", file, "--profile", "mfa"];
    const prompt = `Code of the MFA device arn:aws:iam::${account}:mfa/mia: `;
    const given = await runInTerminal(args, own, { prompt, answer: "123456\n" });
    expect(given.screen.split(prompt)).toHaveLength(2);
    expect(given.screen).toContain("terminal-1");
    const none = await runInTerminal(args, own, { prompt, answer: "\u0004" });
    expect(none.code).toBe(1);
    expect(none.screen).toContain("has six digits");
    expect(none.screen).not.toContain("AbortError");
  });

  test("plan prints colours and a progress bar that is wiped away", async () => {
    const { screen } = await runInTerminal(["plan", "--policy", file], env);
    expect(screen).toContain(`${ESC}33m~${ESC}39m terminal-1`);
    expect(screen).toMatch(/\rlooking \[=* *\] \d\/2/);
    expect(screen).toContain(`\r${ESC}K`);
  });

  for (const [how, args, more] of [
    ["--no-color", ["--no-color"], {}],
    ["NO_COLOR", [], { NO_COLOR: "1" }],
    ["TERM=dumb", [], { TERM: "dumb" }],
  ] as const) {
    test(`plan prints no colours with ${how}`, async () => {
      const { screen } = await runInTerminal(["plan", "terminal-1", "--policy", file, ...args], { ...env, ...more });
      expect(screen).toContain("~ terminal-1");
      expect(screen).not.toContain(`${ESC}33m`);
    });
  }

  test("plan --json prints nothing but the document", async () => {
    const { screen } = await runInTerminal(["plan", "--policy", file, "--json"], env);
    expect(JSON.parse(screen)).toMatchObject({ summary: { change: 2 } });
  });

  test("apply asks, and writes after a yes", async () => {
    const { code, screen } = await runInTerminal(["apply", "--policy", file], env, { prompt: "[y/N]", answer: "y\n" });
    expect(code).toBe(0);
    expect(screen).toContain("2 buckets: 2 changed");
    expect(await aws.encryptionOf("terminal-1")).toMatchObject({ algorithm: "aws:kms" });
  });
});

test("an interrupted command exits 130", async () => {
  const child = spawn(process.execPath, [main, "check", "-"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  // More than a pipe holds: once it is written, the command reads.
  await new Promise((resolve) => child.stdin.write("\n".repeat(1 << 20), resolve));
  child.kill("SIGINT");
  const [code, signal] = await once(child, "exit");
  expect({ code, signal }).toEqual({ code: 130, signal: null });
});
