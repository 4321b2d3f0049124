import { mkdtemp, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { renderFinding } from "../../cli/file/finding.ts";
import { loadPolicyFile } from "../../cli/file/policy-file.ts";
import { runCli, tempFile } from "./run-cli.ts";

const good = `version: 1
keys:
  default: arn:{partition}:kms:{region}:{account}:alias/s3-default
rules:
  - id: baseline
    match: { accounts: ["*"] }
    encryption: { algorithm: aws:kms, key: default, bucketKey: true }
`;

async function findings(text: string): Promise<string[]> {
  const loaded = await loadPolicyFile(await tempFile(text));
  return loaded.findings.map((finding) => renderFinding("f", finding));
}

/** A policy whose one rule has these lines. */
function rule(...lines: readonly string[]): string {
  return ["version: 1", "rules:", ...lines, ""].join("\n");
}

describe("check names file, line, column and rule, and reports", () => {
  const one = "    encryption: { algorithm: AES256 }";
  const cases: Record<string, [text: string, ...expected: RegExp[]]> = {
    "nothing about a good policy": [good],
    "a misspelt field at the field itself": [
      rule("  - id: a", "    match: { regons: [eu-west-1] }", one),
      /^f:4:14 a .*did you mean `regions`\? \[unknown-key\]$/,
    ],
    "every one of several unknown fields": [
      rule("  - id: a", "    foo: 1", "    bar: 2", one),
      /^f:4:5 a unknown field `foo` \[unknown-key\]$/,
      /^f:5:5 a unknown field `bar` \[unknown-key\]$/,
    ],
    "a hazard in accept that does not exist, or that nobody can accept": [
      rule("  - id: a", "    match: { buckets: [a] }", one, "    accept: [nonsense, key-disabled]"),
      /^f:6:14 a "nonsense" is not the name of a hazard; it can be [a-z, -]*\binfrastructure\b[a-z, -]*; remove it from accept \[accept\]$/,
      /^f:6:24 a the hazard "key-disabled" cannot be accepted: .* \[accept\]$/,
    ],
    "a merge key, with what to write instead": [
      rule(
        "  - id: a",
        "    encryption: &aes { algorithm: AES256 }",
        "  - id: b",
        "    encryption: { <<: *aes, bucketKey: true }",
      ),
      /^f:6:19 policy merge keys \(<<\) are not supported: write the fields out, or use an alias alone \(`match: \*name`\) \[merge-key\]$/,
    ],
    "a merge key among tags": [
      rule("  - id: a", "    match: { tags: &t { a: b } }", one, "  - id: b", "    match: { tags: { <<: *t } }", one),
      /^f:7:22 policy merge keys \(<<\) .* \[merge-key\]$/,
    ],
    "an invisible character in a tag's name and value": [
      rule("  - id: a", '    match: { tags: { "team\u200b": x, "env": ["a", "b\ufeff"] } }', one),
      /^f:4:31 a a tag's name contains an invisible character \(U\+200B\), which no tag can have: type it again/,
      /^f:4:47 a a tag's value contains an invisible character \(U\+FEFF\)/,
    ],
    "an account that YAML reads as 0": [
      rule("  - id: a", "    match: { accounts: [000000000000] }", one),
      /^f:4:25 a account ids must be in quotes: .* write "000000000000" \[account-not-quoted\]$/,
    ],
    "an account with a leading zero": [
      rule("  - id: a", "    match:", "      accounts:", "        - 012345678901", one),
      /^f:6:11 a .* write "012345678901" \[account-not-quoted\]$/,
    ],
    "an account behind an alias": [
      rule(
        "  - id: a",
        "    match: { accounts: &all [111122223333] }",
        one,
        "  - id: b",
        "    match: { accounts: *all }",
        one,
      ),
      /^f:4:30 a .*\[account-not-quoted\]$/,
      /^f:4:30 b .*\[account-not-quoted\]$/,
    ],
    "a rule without an id by its place": [
      rule("  - match: {}", one),
      /^f:3:5 rules\[0\] id is missing; .*\[missing\]$/,
    ],
    "an empty value at its field": [
      rule("  - id: a", "    match:", one),
      /^f:4:\d+ a match must be .* not empty \[invalid-type\]$/,
    ],
    "a wrong value at the value": [
      rule("  - id: a", "    encryption:", "      algorithm: aws:kmss"),
      /^f:5:18 a algorithm must be .*not "aws:kmss" \[invalid-value\]$/,
    ],
    "the fault inside a union": [
      rule("  - id: a", "    match: { tags: { a: [x, 1] } }", one),
      /^f:4:29 a a tag's value must be .*, not 1 \[invalid-type\]$/,
    ],
    "a doubled id at the second one": [rule("  - id: a", one, "  - id: a", one), /^f:5:9 a the id "a" is taken/],
    "a key that is not named": [
      rule("  - id: a", "    encryption: { algorithm: aws:kms, key: nope }"),
      /^f:4:44 a "nope" is not defined under `keys`/,
    ],
    "an exemption by its id": [
      `${good}exemptions:\n  - { id: gone, match: { buckets: [a] }, until: 2027-02-31, reason: x }\n`,
      /^f:9:49 gone until must be a real date/,
    ],
    "a missing top-level field outside of rules": ["version: 1\n", /^f:1:1 policy rules is missing/],
    "a duplicate key": [rule("  - id: a", "    id: b", one), /^f:4:5 policy .*duplicate key \[yaml-duplicate-key\]$/],
    "nothing about names of tags that look like numbers or booleans": [
      rule("  - id: a", "    match: { tags: { 012345678901: x, 1.10: x, 0x1F: x, True: x, null: x, 007: x } }", one),
    ],
    "a value that YAML reads as another, as it is written": [
      rule("  - id: a", "    match: { tags: { a: 007 }, buckets: [0x1F] }", one),
      /^f:4:25 a a tag's value must be .*; YAML reads 007 as 7: if a text is meant, write "007"/,
      /^f:4:42 a .*not 31; YAML reads 0x1F as 31: if a text is meant, write "0x1F"/,
    ],
    "a name that is a list": [
      rule("  - id: a", "    match: { tags: { [x]: y } }", one),
      /^f:4:22 policy .*a name is one/,
    ],
    "the name of a tag that no bucket can have": [
      rule("  - id: a", '    match: { tags: { "a(b)": x } }', "    trustTags: true", one),
      /^f:4:\d+ a warning: no bucket can have the tag "a\(b\)": .*\[tag-name\]$/,
    ],
    "broken YAML": ["version: [1\nrules: []\n", /^f:2:1 policy not valid YAML: .*\[yaml-/],
    "a second document": [
      `${good}---\nversion: 1\n`,
      /^f:8:1 policy .*a policy is one document \[yaml-multiple-docs\]$/,
    ],
    "a tag of YAML's": ["version: !!js 1\n", /^f:1:10 policy .*tags \(!name\) are not supported/],
    "a tab as indentation": ["version: 1\nkeys:\n\ta: b\n", /^f:3:1 policy .*a tab indents this line/],
    "a list as a policy": ["- 1\n", /^f:1:1 policy the policy must be a mapping/],
    "a text as a policy": ["hello\n", /^f:1:1 policy the policy must be a mapping/],
    "aliases that grow beyond measure": [
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((name, at) => `${name}: &${name} [${Array(10).fill(`*${"abcdefgh"[at]}`).join(",")}]`).join("\n")}\n`,
      /^f:1:1 policy aliases .* expand to too many values/,
    ],
    "control characters without sending them to the terminal": [
      rule('  - id: "a\\e[31m"', one),
      /^f:3:9 a\\u\{1b\}\[31m id must be /,
    ],
  };
  for (const [sentence, [text, ...expected]] of Object.entries(cases)) {
    test(sentence, async () => {
      const found = await findings(text);
      expect(found).toHaveLength(expected.length);
      for (const [index, pattern] of expected.entries()) expect(found[index]).toMatch(pattern);
    });
  }
});

describe("check refuses in one sentence", () => {
  const cases: Record<string, [make: () => Promise<string>, message: RegExp]> = {
    "a file that does not exist": [async () => "/nowhere/policy.yaml", /no such file/],
    "a directory": [() => mkdtemp(join(tmpdir(), "bucketseal-cli-")), /is a directory/],
    "an empty file": [() => tempFile(" \n"), /is empty: a policy starts with "version: 1"/],
    "a file that is not UTF-8": [() => tempFile(new Uint8Array([0x76, 0xff, 0xfe])), /is not UTF-8/],
    "a huge file, without reading it": [
      async () => {
        const path = await tempFile("");
        await truncate(path, 3 * 1024 ** 3);
        return path;
      },
      /is larger than 8 MiB/,
    ],
  };
  for (const [sentence, [make, message]] of Object.entries(cases)) {
    test(sentence, async () => {
      await expect(loadPolicyFile(await make())).rejects.toThrow(message);
    });
  }
});

describe("bucketseal check", () => {
  test("says which rule reaches buckets that are held because of their names", async () => {
    const file = await tempFile(`${good}    mode: enforce\n`);
    const { code, stdout } = await runCli(["check", file]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${file}: 0 errors, 1 rule\nnote: rule baseline would re-key buckets named cdk-*-assets-*, *-stagingbucket-*, sst-asset-*, sst-state-*, sstbootstrap-*, elasticbeanstalk-*-*, aws-controltower-*, aws-security-data-lake-*, aws-accelerator-*, bucketseal-*, *-bucketseal-hub-*: these writes are held (infrastructure) unless the rule names the bucket in full and accepts that\n`,
    });
    expect(JSON.parse((await runCli(["check", "--json", file])).stdout).held).toMatchObject([
      { rule: "baseline", hazard: "infrastructure", names: expect.arrayContaining(["cdk-*-assets-*", "sst-state-*"]) },
    ]);
  });

  test("says so once for many rules", async () => {
    const lines = [..."abcdefg"].flatMap((id) => [
      `  - id: ${id}`,
      `    match: { buckets: ["sst-state-${id}*"] }`,
      "    encryption: { algorithm: AES256 }",
      "    mode: enforce",
    ]);
    expect((await runCli(["check", await tempFile(rule(...lines))])).stdout).toMatch(
      /^note: rules a, b, c, d, e and 2 more would re-key buckets named sst-state-\*: /m,
    );
  });

  test("prints a count and exits 0 for a good policy", async () => {
    const file = await tempFile(good);
    expect(await runCli(["check", file])).toEqual({ code: 0, stdout: `${file}: 0 errors, 1 rule\n`, stderr: "" });
  });

  test("prints the findings and a count and exits 1 for a bad one", async () => {
    const file = await tempFile(good.replace("version: 1", "version: 2"));
    const { code, stdout, stderr } = await runCli(["check", file]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toBe(`${file}:1:10 policy version must be 1, not 2 [invalid-value]\n${file}: 1 error\n`);
  });

  test("reads stdin and prints one JSON document", async () => {
    const { code, stdout } = await runCli(["--json", "check", "-"], {
      stdin: good.replace("key: default", "key: nope"),
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      file: "stdin",
      ok: false,
      rules: null,
      errors: [
        {
          line: 7,
          column: 44,
          rule: "baseline",
          code: "invalid",
          message: expect.stringContaining('"nope" is not defined under `keys`'),
        },
      ],
      warnings: [],
    });
  });

  test("says one sentence about a missing file, as JSON too", async () => {
    const { code, stdout, stderr } = await runCli(["check", "nowhere.yaml", "--json"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "bucketseal: nowhere.yaml: no such file\n" });
    expect(JSON.parse(stdout)).toEqual({ error: { code: "error", message: "nowhere.yaml: no such file" } });
  });
});
