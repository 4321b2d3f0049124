import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { tempFile } from "./run-cli.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bucketseal-pack-"));
  await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root });
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./bucketseal-${manifest.version}.tgz`], {
    cwd: folder,
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("the packed file installs offline into an empty folder, with no dependency", async () => {
  const installed = (await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."));
  expect(installed).toEqual(["bucketseal"]);
});

test("the packed file holds the bundle, its licences and the schema, and no sources", async () => {
  const files = await readdir(join(folder, "node_modules/bucketseal"), { recursive: true });
  expect(files).toContain("dist/cli/bucketseal.mjs");
  expect(files).toContain("schema/policy.schema.json");
  expect(files.filter((file) => file.endsWith(".ts"))).toEqual([]);
  const licenses = await readFile(join(folder, "node_modules/bucketseal/dist/cli/LICENSES.txt"), "utf8");
  for (const name of ["@aws-sdk/client-s3", "citty", "yaml", "zod"])
    expect(licenses).toMatch(new RegExp(`^${name} \\d`, "m"));
});

test("the packed file runs as npx bucketseal, with this Node and with any other on the PATH", async () => {
  const { stdout } = await run("npx", ["--offline", "bucketseal", "--version"], { cwd: folder });
  expect(stdout).toBe(`${manifest.version}\n`);
  const policy = await tempFile("version: 1\nrules: []\n");
  const system = (process.env.PATH ?? "")
    .split(":")
    .filter((path) => !path.includes("node_modules"))
    .join(":");
  const bin = join(folder, "node_modules/.bin/bucketseal");
  const checked = await run(bin, ["check", policy], {
    cwd: folder,
    env: { PATH: `${system}:${dirname(process.execPath)}` },
  });
  expect(checked.stdout).toContain("0 errors");
});

test("the bundle calls AWS, and reports a refused endpoint in one sentence too", async () => {
  const policy = await tempFile("version: 1\nrules: []\n");
  const bin = join(folder, "node_modules/.bin/bucketseal");
  const env = { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_REGION: "eu-west-1" };
  const failed = await run(bin, ["plan", "--policy", policy, "--endpoint-url", "http://127.0.0.1:1"], { env }).catch(
    (error) => error,
  );
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/^bucketseal: cannot reach the endpoint/) });
});
