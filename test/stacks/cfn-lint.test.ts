import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { objectsTemplate } from "#aws/member/objects/template";
import { memberTemplate } from "#aws/member/template";
import { templateText } from "#aws/member/template-text";
import { python } from "../../sandbox/python.ts";
import { synthesize } from "../../scripts/synthesize.ts";
import type { Options } from "../../stacks/options.ts";
import { EVERYTHING, ORGANIZATION, PLANE } from "./everything.ts";

/** What cfn-lint says about one place of a template. */
interface Finding {
  readonly Filename: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
}

let cfnLint: string;
let dir: string;
beforeAll(async () => {
  cfnLint = join(dirname(await python(join(import.meta.dirname, "cfn-lint-requirements.txt"))), "cfn-lint");
  dir = mkdtempSync(join(tmpdir(), "bucketseal-templates-"));
}, 400_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

// The templates of the partitions differ in names only, so the smaller one is made once.
test.concurrent.each([
  [
    "default and everything that can be chosen",
    { "eu-west-1": [{}, { ...EVERYTHING, org: ORGANIZATION, stackSet: true, objectPlane: true }] },
  ],
  ["everything, in GovCloud and in China", { "us-gov-west-1": [EVERYTHING], "cn-north-1": [EVERYTHING] }],
] satisfies [string, Record<string, Partial<Options>[]>][])(
  "cfn-lint finds nothing in the templates: %s",
  async (_name, made) => {
    const templates = [];
    for (const [region, chosen] of Object.entries(made)) {
      for (const [index, options] of chosen.entries()) {
        const { template } = await synthesize(options, region);
        templates.push(saved(`${region}-${index}`, template));
      }
    }
    expect(await lint(templates)).toEqual([]);
  },
  180_000,
);

test.concurrent("cfn-lint finds nothing in the members' templates, as they are printed", async () => {
  const [file, objects] = [join(dir, "member.json"), join(dir, "objects.json")];
  const hub = { stage: "test", account: "111122223333", settings: ORGANIZATION, manageNotifications: false };
  writeFileSync(file, templateText(memberTemplate(hub)));
  writeFileSync(objects, templateText(objectsTemplate(PLANE)));
  expect(await lint([file, objects])).toEqual([]);
});

test.concurrent("cfn-lint reads what it is given: a property that does not exist is found", async () => {
  const wrong = { Resources: { Q: { Type: "AWS::SQS::Queue", Properties: { Wrong: 1 } } } };
  expect(await lint([saved("wrong", wrong)])).toEqual([expect.stringMatching(/^wrong: E3002 .*'Wrong'/)]);
});

// --- internal ---

/** One of each partition. */
const REGIONS = ["eu-west-1", "us-gov-west-1", "cn-north-1"];

/** CDK makes every function wait for its role by name, which the reference to it does already. */
const CDKS_OWN = "W3005";

function saved(name: string, template: object): string {
  const file = join(dir, `${name}.json`);
  writeFileSync(file, JSON.stringify(template));
  return file;
}

async function lint(templates: readonly string[]): Promise<string[]> {
  const args = ["--regions", ...REGIONS, "--ignore-checks", CDKS_OWN, "--format", "json", "--template", ...templates];
  const output = await new Promise<string>((resolve, reject) => {
    // It exits with a number that says how bad its findings are; without any output it failed
    // itself.
    execFile(cfnLint, args, { cwd: dir }, (error, stdout, stderr) =>
      stdout.trim() === "" && error !== null ? reject(new Error(stderr, { cause: error })) : resolve(stdout),
    );
  });
  const found = JSON.parse(output) as Finding[];
  return found.map(
    ({ Filename, Message, Rule }) => `${Filename.split("/").at(-1)?.replace(".json", "")}: ${Rule.Id} ${Message}`,
  );
}
