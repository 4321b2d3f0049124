import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { policySchema } from "#core/policy/policy";

const key = "arn:{partition}:kms:{region}:{account}:alias/x";

/** Each issue as `path: message`. */
function faults(yaml: string): string[] {
  const parsed = policySchema.safeParse(parse(yaml));
  return parsed.error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? [];
}

/** The errors of a policy whose only rule has these fields. */
function ruleFaults(fields: string): string[] {
  return faults(`{version: 1, keys: {default: "${key}"}, rules: [{id: a, ${fields}}]}`);
}

const encryption = "encryption: {algorithm: AES256}";

describe("a policy", () => {
  test("may be as short as this, with defaults for the rest", () => {
    expect(policySchema.parse({ version: 1, rules: [{ id: "a", encryption: { blockSseC: true } }] })).toEqual({
      version: 1,
      keys: {},
      rules: [
        {
          id: "a",
          match: {},
          encryption: { blockSseC: true, keyForm: "absolute" },
          stronger: "hold",
          mode: "observe",
          trustTags: false,
          accept: [],
        },
      ],
      exemptions: [],
    });
  });

  test("may declare everything", () => {
    const match = {
      accounts: ["111122223333", "0000*"],
      ous: ["ou-ab12-12345678", "r-ab12"],
      regions: ["eu-*"],
      buckets: ["*-logs", "x\\*y"],
      tags: { env: "prod", "aws:x": ["a*", "\\\\"] },
      except: { buckets: ["a-logs"] },
    };
    const objects = {
      onWrite: "enforce",
      source: "data-events",
      copy: true,
      manageNotifications: true,
      except: ["tmp/*"],
      maxBytes: 1,
      atRest: "observe",
      versions: "all",
      newerThan: "2026-11-01",
      olderThan: "24h",
      closeDriftWindows: false,
    };
    const rule = {
      id: "all-1",
      match,
      encryption: { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: false, keyForm: "any" },
      stronger: "accept",
      mode: "enforce",
      severity: "low",
      trustTags: true,
      accept: { replication: "SEC-9", "log-delivery": "nobody reads them" },
      objects,
    };
    const exemption = { id: "e", match, until: "2028-02-29", reason: "why", ticket: "T-1", trustTags: true };
    const breaker = { writes: 5, within: "15m", coolDown: "24h" };
    const whole = { version: 1, settle: "5m", breaker, fold: "90s", keys: { default: key } };
    const document = { ...whole, rules: [rule], exemptions: [exemption] };
    expect(policySchema.parse(document)).toEqual({
      ...document,
      settle: 300,
      breaker: { writes: 5, within: 900, coolDown: 86_400 },
      fold: 90,
      rules: [
        {
          ...rule,
          accept: [
            { name: "replication", reason: "SEC-9" },
            { name: "log-delivery", reason: "nobody reads them" },
          ],
        },
      ],
    });
  });

  test("may accept hazards without reasons, as it could before", () => {
    const rule = { id: "a", encryption: { blockSseC: true }, accept: ["replication", "infrastructure"] };
    expect(policySchema.parse({ version: 1, rules: [rule] }).rules[0]?.accept).toEqual([
      { name: "replication", reason: null },
      { name: "infrastructure", reason: null },
    ]);
  });

  test("has defaults for its objects block too", () => {
    const parsed = policySchema.parse({
      version: 1,
      rules: [{ id: "a", encryption: { blockSseC: true }, objects: {} }],
    });
    expect(parsed.rules[0]?.objects).toEqual({
      onWrite: "off",
      source: "s3-events",
      copy: false,
      manageNotifications: false,
      except: [],
      atRest: "off",
      versions: "current",
      closeDriftWindows: false,
    });
  });

  test.each([
    ["0s", 0],
    ["45s", 45],
    ["900s", 900],
    ["1m", 60],
    ["15m", 900],
  ])("with settle %s settles for %i seconds", (text, seconds) => {
    expect(policySchema.parse({ version: 1, settle: text, rules: [] }).settle).toBe(seconds);
  });

  test("is refused with every error at once", () => {
    const found = faults(`
version: 2
rules:
  - { id: a, encryption: { algorithm: AES256, key: nope } }
  - { id: a, encryption: { algorithm: rot13 } }
  - { encryption: }
exemptions:
  - { id: a, match: {}, until: soon, reason: "" }`);
    expect(found.map((fault) => fault.replace(/:.*/, ""))).toEqual([
      "version",
      "rules.0.encryption.key",
      "rules.1.encryption.algorithm",
      "rules.2.id",
      "rules.2.encryption",
      "exemptions.0.match",
      "exemptions.0.until",
      "exemptions.0.reason",
      "rules.0.encryption.key",
      "rules.1.id",
      "exemptions.0.id",
    ]);
  });

  test.each(["", "[]", "5", "text"])("is not %j", (yaml) => {
    expect(faults(yaml)).toEqual([
      expect.stringMatching(
        /^: the policy must be a mapping of `version`, `settle`, `breaker`, `fold`, `keys`, `rules`, `exemptions`, not ./,
      ),
    ]);
  });

  test("of 10,000 rules is accepted, of one more is not", () => {
    const rules = Array.from({ length: 10_001 }, (_, at) => ({ id: `r${at}`, encryption: { blockSseC: true } }));
    expect(policySchema.safeParse({ version: 1, rules: rules.slice(1) }).success).toBe(true);
    expect(policySchema.safeParse({ version: 1, rules }).error?.issues.map(({ message }) => message)).toEqual([
      "there may be at most 10000 rules",
    ]);
  });

  test("of 10,000 exemptions is accepted, of one more is not", () => {
    const exemptions = Array.from({ length: 10_001 }, (_, at) => {
      return { id: `e${at}`, match: { buckets: ["a"] }, until: "2027-01-01", reason: "x" };
    });
    expect(policySchema.safeParse({ version: 1, rules: [], exemptions: exemptions.slice(1) }).success).toBe(true);
    expect(
      policySchema.safeParse({ version: 1, rules: [], exemptions }).error?.issues.map(({ message }) => message),
    ).toEqual(["there may be at most 10000 exemptions"]);
  });
});

describe("the top level of a policy is refused:", () => {
  test.each([
    ["{rules: []}", ["version: version is missing; it must be 1"]],
    ["{version: '1', rules: []}", ['version: version must be 1, not "1"']],
    ["{version: 1}", ["rules: rules is missing; it must be a list of rules"]],
    ["{version: 1, rules: {}}", ["rules: rules must be a list of rules, not a mapping"]],
    [
      "{version: 1, rules: [x]}",
      [expect.stringContaining("rules.0: a rule must be a mapping of `id`, `match`, `encryption`")],
    ],
    ["{version: 1, rules: [], exemptions: 5}", ["exemptions: exemptions must be a list of exemptions, not 5"]],
    [
      "{version: 1, rules: [], exemptions: [5]}",
      [expect.stringContaining("exemptions.0: an exemption must be a mapping of")],
    ],
    ["{version: 1, rules: [], rule: []}", [": the policy has no field `rule`; did you mean `rules`?"]],
    [
      "{version: 1, rules: [], zzz: 1, yyy: 2}",
      [
        ": the policy has no field `zzz`, `yyy`; known fields: `version`, `settle`, `breaker`, `fold`, `keys`, `rules`, `exemptions`",
      ],
    ],
    [
      "{version: 1, rules: [], settle: 60}",
      ["settle: settle must be a duration such as 60s or 5m, at most 15m, not 60"],
    ],
    [
      "{version: 1, rules: [], settle: 1h}",
      ['settle: settle must be a duration such as 60s or 5m, at most 15m, not "1h"'],
    ],
    ["{version: 1, rules: [], settle: x60s}", [expect.stringContaining("settle must be a duration")]],
    ["{version: 1, rules: [], settle: 60sx}", [expect.stringContaining("settle must be a duration")]],
    ["{version: 1, rules: [], settle: 901s}", [expect.stringMatching(/^settle: settle may be at most 15m, .* SQS/)]],
    ["{version: 1, rules: [], fold: 25h}", ["fold: fold must be a duration of at most 24h such as 10m, or 0s"]],
    [
      "{version: 1, rules: [], breaker: {writes: 0}}",
      [expect.stringContaining("writes must be a whole number from 1")],
    ],
    [
      "{version: 1, rules: [], breaker: {within: 2h}}",
      [expect.stringContaining("within must be a duration from 1m to")],
    ],
    ["{version: 1, rules: [], breaker: {coolDown: 9s}}", [expect.stringContaining("coolDown must be a duration from")]],
    ["{version: 1, rules: [], settle: 16m}", [expect.stringContaining("settle may be at most 15m")]],
  ])("%s", (yaml, expected) => {
    expect(faults(yaml)).toEqual(expected);
  });
});

describe("keys of a policy:", () => {
  const keyFaults = (value: string, name = "k") =>
    faults(JSON.stringify({ version: 1, keys: { [name]: value }, rules: [] }));

  test.each([
    "arn:{partition}:kms:{region}:{account}:alias/s3-{region}",
    "arn:aws:kms:eu-west-1:111122223333:alias/s3",
    "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws-cn:kms:{region}:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
  ])("%s is a key", (value) => {
    expect(keyFaults(value)).toEqual([]);
  });

  test.each([
    [
      "alias/s3",
      'keys.k: "alias/s3" is relative: AWS would resolve it in the uploader\'s account; write the full ARN, arn:{partition}:kms:{region}:{account}:alias/s3',
    ],
    [
      "1234abcd-12ab-34cd-56ef-1234567890ab",
      expect.stringMatching(/relative.*write the full ARN, arn:.*:key\/1234abcd-12ab-34cd-56ef-1234567890ab$/),
    ],
    [
      "arn:{partition}:kms:{region}:{acct}:alias/s3",
      "keys.k: {acct} is not a placeholder; known: {partition}, {account} and {region}",
    ],
    ["arn:{Partition}:kms:{region}:{account}:alias/s3", expect.stringContaining("{Partition} is not a placeholder")],
    ["arn:{}:kms:{region}:{account}:alias/s3", expect.stringContaining("{} is not a placeholder")],
    [
      "arn:aws:kms:eu-west-1:11112222333:alias/s3",
      expect.stringMatching(
        /^keys\.k: a key must be a full ARN in quotes, such as arn:.*, not "arn:aws:kms:eu-west-1:11112222333:alias/,
      ),
    ],
    [
      "arn:aws:kms:eu-west-1:111122223333:key/s3-default",
      expect.stringContaining("does not end in a key id (a UUID or mrk-"),
    ],
    [
      "arn:aws:kms:eu-west-1:111122223333:alias/aws/s3",
      expect.stringContaining("are AWS managed keys; set `key: aws-managed` in the rule"),
    ],
    ["arn:aws:s3:::bucket", expect.stringContaining("a key must be a full ARN")],
    [
      "",
      expect.stringContaining(
        'a key must be a full ARN in quotes, such as arn:{partition}:kms:{region}:{account}:alias/s3-default, not ""',
      ),
    ],
  ])("%s is not a key", (value, expected) => {
    expect(keyFaults(value)).toEqual([expected]);
  });

  test.each(["K", "a b", "", "a".repeat(65)])("%j is not a name of a key", (name) => {
    expect(keyFaults(key, name)).toEqual([
      expect.stringContaining("a key's name must be 1 to 64 lowercase letters, digits and hyphens, not"),
    ]);
  });

  test("aws-managed cannot be redefined", () => {
    expect(keyFaults(key, "aws-managed")).toEqual([
      "keys.aws-managed: the name aws-managed is built in (alias/aws/s3); give this key another name",
    ]);
  });

  test.each([
    ["keys: []", "keys: keys must be a mapping of names to key ARNs, not a list"],
    ["keys: ", "keys: keys must be a mapping of names to key ARNs, not empty"],
    ["keys: {k: 5}", expect.stringMatching(/^keys\.k: a key must be a full ARN in quotes, .* not 5$/)],
    ["keys: {__proto__: x}", "keys: keys must not contain the name __proto__"],
  ])("%s", (text, expected) => {
    expect(faults(`version: 1\nrules: []\n${text}`)).toEqual([expected]);
  });
});

describe("a rule is refused:", () => {
  test.each<[string, unknown[]]>([
    [
      "match: {}",
      [
        "rules.0.encryption: encryption is missing; it must be a mapping of `algorithm`, `key`, `bucketKey`, `blockSseC`, `keyForm`",
      ],
    ],
    [
      "encryption: {}",
      [
        "rules.0.encryption: encryption declares nothing; declare at least one of algorithm, key, bucketKey and blockSseC",
      ],
    ],
    ["encryption: {keyForm: absolute}", [expect.stringContaining("encryption declares nothing")]],
    [
      "encryption: {keyForm: any, blockSseC: true}",
      [expect.stringMatching(/^rules\.0\.encryption\.keyForm: keyForm has no effect without a key/)],
    ],
    [
      "encryption: {algorithm: aes256}",
      ['rules.0.encryption.algorithm: algorithm must be AES256, aws:kms or aws:kms:dsse, not "aes256"'],
    ],
    [
      "encryption: {algorithm: aws:kms}",
      [
        "rules.0.encryption.algorithm: aws:kms needs a key; name one from `keys`, or set `key: aws-managed` for S3's AWS managed key",
      ],
    ],
    [
      "encryption: {algorithm: aws:kms:dsse}",
      [expect.stringContaining("rules.0.encryption.algorithm: aws:kms:dsse needs a key")],
    ],
    [
      "encryption: {key: default}",
      [
        "rules.0.encryption.key: key needs an algorithm; declare `algorithm: aws:kms` or `algorithm: aws:kms:dsse` beside it",
      ],
    ],
    [
      "encryption: {algorithm: AES256, key: default}",
      [
        "rules.0.encryption.key: key cannot be combined with AES256, which has no KMS key; remove `key` or declare aws:kms",
      ],
    ],
    [
      "encryption: {algorithm: AES256, bucketKey: true}",
      [
        "rules.0.encryption.bucketKey: bucketKey cannot be combined with AES256, which never calls KMS; remove `bucketKey` or declare aws:kms",
      ],
    ],
    [
      "encryption: {algorithm: AES256, bucketKey: false}",
      [expect.stringContaining("bucketKey cannot be combined with AES256")],
    ],
    [
      "encryption: {algorithm: aws:kms:dsse, key: default, bucketKey: true}",
      [
        "rules.0.encryption.bucketKey: bucketKey cannot be combined with aws:kms:dsse: S3 never uses a bucket key for it; remove `bucketKey`",
      ],
    ],
    [
      "encryption: {algorithm: aws:kms:dsse, key: default, bucketKey: false}",
      [expect.stringContaining("bucketKey cannot be combined with aws:kms:dsse")],
    ],
    [
      "encryption: {algorithm: aws:kms, key: defualt}",
      [
        'rules.0.encryption.key: "defualt" is not defined under `keys`; known: `default`, `aws-managed`; to use an ARN, name it under `keys`',
      ],
    ],
    [
      "encryption: {algorithm: aws:kms, key: 5}",
      ["rules.0.encryption.key: key must be a name from `keys`, or `aws-managed`, not 5"],
    ],
    [
      "encryption: {algorithm: aws:kms, key: ''}",
      ['rules.0.encryption.key: key must be a name from `keys`, or `aws-managed`, not ""'],
    ],
    ["encryption: {blockSseC: yes}", ['rules.0.encryption.blockSseC: blockSseC must be true or false, not "yes"']],
    ["encryption: {bucketKey: 1}", ["rules.0.encryption.bucketKey: bucketKey must be true or false, not 1"]],
    [
      "encryption: {blockSseC: true, keyForm: full}",
      ['rules.0.encryption.keyForm: keyForm must be absolute or any, not "full"'],
    ],
    [
      "encryption: {algoritm: AES256, blockSseC: true}",
      ["rules.0.encryption: encryption has no field `algoritm`; did you mean `algorithm`?"],
    ],
    [`${encryption}, stronger: keep`, ['rules.0.stronger: stronger must be hold, accept or weaken, not "keep"']],
    [`${encryption}, mode: false`, ["rules.0.mode: mode must be observe, enforce or off, not false"]],
    [`${encryption}, trustTags: 1`, ["rules.0.trustTags: trustTags must be true or false, not 1"]],
    [
      `${encryption}, accept: replication`,
      [
        'rules.0.accept: accept must be a mapping of hazards to reasons, such as { replication: "SEC-9" }, not "replication"',
      ],
    ],
    [
      `${encryption}, accept: [5]`,
      ["rules.0.accept.0: an entry of accept must be a hazard's name, such as replication, not 5"],
    ],
    [
      `${encryption}, accept: [Replication]`,
      [expect.stringContaining('a hazard\'s name, such as replication, not "Replication"')],
    ],
    [`${encryption}, accept: [replication!]`, [expect.stringContaining("a hazard's name")]],
    [`${encryption}, accept: {Replication: why}`, [expect.stringContaining("a hazard's name")]],
    [
      `${encryption}, accept: {replication: 9}`,
      ["rules.0.accept.replication: the reason of an accepted hazard must be a text, such as a ticket, not 9"],
    ],
    [`${encryption}, accept: {replication: " "}`, [expect.stringContaining('a ticket, not " "')]],
    [`${encryption}, accept: {__proto__: why}`, ["rules.0.accept: accept must not contain the name __proto__"]],
    [`${encryption}, modes: off`, ["rules.0: a rule has no field `modes`; did you mean `mode`?"]],
    [
      `${encryption}, objects: []`,
      [expect.stringContaining("rules.0.objects: objects must be a mapping of `onWrite`, `source`")],
    ],
    [
      `${encryption}, objects: {versions: all, newerThan: 9d, olderThan: 1h}`,
      [
        "rules.0.objects: versions: all, newerThan, olderThan is about existing objects, and atRest is off: say atRest: observe or enforce, or leave it out",
      ],
    ],
    [
      `${encryption}, objects: {copyLarge: true}`,
      [
        "rules.0.objects: copyLarge: true is about how objects are copied, and copy is false: say copy: true too, or leave it out",
      ],
    ],
    [
      `${encryption}, objects: {copyLarge: large}`,
      ['rules.0.objects.copyLarge: copyLarge must be true or false, not "large"'],
    ],
    [
      `${encryption}, objects: {closeDriftWindows: true}`,
      [
        "rules.0.objects: closeDriftWindows: true is about existing objects, and atRest is off: say atRest: observe or enforce, or leave it out",
      ],
    ],
    [
      `${encryption}, objects: {atRest: observe, closeDriftWindows: true, olderThan: 1h}`,
      [
        "rules.0.objects: closeDriftWindows is about objects that were just written, and olderThan leaves them out: say one of them",
      ],
    ],
    [
      `${encryption}, objects: {backfillEvery: 7d}`,
      [
        "rules.0.objects: backfillEvery is about existing objects, and atRest is off: say atRest: observe or enforce, or leave it out",
      ],
    ],
    ...["0d", "91d"].map((every): [string, string[]] => [
      `${encryption}, objects: {atRest: observe, backfillEvery: ${every}}`,
      ["rules.0.objects.backfillEvery: backfillEvery must be a duration from 1d to 90d such as 30d"],
    ]),
    [
      `${encryption}, objects: {atRest: observe, backfillEvery: 12h}`,
      ['rules.0.objects.backfillEvery: backfillEvery must be a duration from 1d to 90d such as 30d, not "12h"'],
    ],
    [
      `${encryption}, objects: {atRest: observe, newerThan: soon}`,
      [
        'rules.0.objects.newerThan: newerThan must be a date such as 2026-11-01, a time such as 2026-11-01T08:00:00Z, or a duration such as 90d, not "soon"',
      ],
    ],
    [
      `${encryption}, objects: {onWrite: 1}`,
      ["rules.0.objects.onWrite: onWrite must be off, observe or enforce, not 1"],
    ],
    [
      `${encryption}, objects: {source: s3}`,
      ['rules.0.objects.source: source must be s3-events or data-events, not "s3"'],
    ],
    [`${encryption}, objects: {copy: 1}`, ["rules.0.objects.copy: copy must be true or false, not 1"]],
    [
      `${encryption}, objects: {manageNotifications: 1}`,
      ["rules.0.objects.manageNotifications: manageNotifications must be true or false, not 1"],
    ],
    [
      `${encryption}, objects: {except: tmp}`,
      ['rules.0.objects.except: objects.except must be a list of globs over object keys, not "tmp"'],
    ],
    [
      `${encryption}, objects: {except: [5]}`,
      [
        "rules.0.objects.except.0: an entry of objects.except must be a glob over object keys, up to 1024 characters, not 5",
      ],
    ],
    [`${encryption}, objects: {except: ['']}`, [expect.stringContaining('up to 1024 characters, not ""')]],
    [
      `${encryption}, objects: {except: [${"k".repeat(1025)}]}`,
      [expect.stringContaining("up to 1024 characters, not")],
    ],
    [
      `${encryption}, objects: {maxBytes: 0}`,
      ["rules.0.objects.maxBytes: maxBytes must be a whole number of bytes, at least 1, not 0"],
    ],
    [
      `${encryption}, objects: {maxBytes: 1.5}`,
      [expect.stringContaining("maxBytes must be a whole number of bytes, at least 1, not 1.5")],
    ],
  ])("%s", (fields, expected) => {
    expect(ruleFaults(fields)).toEqual(expected);
  });

  test.each(["A", "a_b", "", "a".repeat(65), "ä", "a\n"])("the id %j", (id) => {
    const document = { version: 1, rules: [{ id, encryption: { blockSseC: true } }] };
    expect(policySchema.safeParse(document).error?.issues.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^id must be 1 to 64 lowercase letters, digits and hyphens, not "/),
    ]);
  });

  test("a rule may have an object glob of 1024 characters and an id of 64", () => {
    expect(ruleFaults(`${encryption}, objects: {except: [${"k".repeat(1024)}]}`)).toEqual([]);
    expect(faults(`{version: 1, rules: [{id: ${"a".repeat(64)}, ${encryption}}]}`)).toEqual([]);
  });

  test("ids and keys of rules are checked even if their shape is wrong", () => {
    expect(ruleFaults("encryption: 5")).toHaveLength(1);
    expect(ruleFaults("encryption: [default]")).toHaveLength(1);
    expect(faults(`{version: 1, rules: [{id: 5, ${encryption}}, {id: 5, ${encryption}}]}`)).toEqual([
      "rules.0.id: id must be 1 to 64 lowercase letters, digits and hyphens, not 5",
      "rules.1.id: id must be 1 to 64 lowercase letters, digits and hyphens, not 5",
    ]);
  });

  test("an id belongs to the first rule or exemption that uses it", () => {
    const exemption = "{id: ID, match: {buckets: [b]}, until: 2027-01-01, reason: x}";
    const yaml = `{version: 1, rules: [{id: a, ${encryption}}, {id: b, ${encryption}}, {id: b, ${encryption}}, {id: b, ${encryption}}], exemptions: [${exemption.replace("ID", "a")}, ${exemption.replace("ID", "c")}, ${exemption.replace("ID", "c")}]}`;
    expect(faults(yaml)).toEqual([
      'rules.2.id: the id "b" is taken by rules[1]; ids must be unique among rules and exemptions',
      'rules.3.id: the id "b" is taken by rules[1]; ids must be unique among rules and exemptions',
      'exemptions.0.id: the id "a" is taken by rules[0]; ids must be unique among rules and exemptions',
      'exemptions.2.id: the id "c" is taken by exemptions[1]; ids must be unique among rules and exemptions',
    ]);
  });
});

describe("a match is refused:", () => {
  test.each<[string, unknown[]]>([
    [
      "",
      [
        expect.stringContaining(
          "rules.0.match: match must be a mapping of `accounts`, `ous`, `accountTags`, `regions`, `buckets`, `tags`, `except`, not empty",
        ),
      ],
    ],
    ["{bucket: [a]}", ["rules.0.match: match has no field `bucket`; did you mean `buckets`?"]],
    ["{acconuts: [a]}", ["rules.0.match: match has no field `acconuts`; did you mean `accounts`?"]],
    ["{Regions: [a]}", ["rules.0.match: match has no field `Regions`; did you mean `regions`?"]],
    ["{tagz: [a]}", ["rules.0.match: match has no field `tagz`; did you mean `tags`?"]],
    ["{buzzets: [a]}", [expect.stringContaining("match has no field `buzzets`; known fields:")]],
    ["{bcukest: [a]}", [expect.stringContaining("match has no field `bcukest`; known fields:")]],
    ["{buckkett: [a]}", [expect.stringContaining("match has no field `buckkett`; known fields: `accounts`, `ous`")]],
    ["{__proto__: {}}", [expect.stringContaining("match has no field `__proto__`")]],
    [
      "{accounts: []}",
      ["rules.0.match.accounts: accounts is an empty list, which matches nothing; remove it to match everything"],
    ],
    ["{accounts: '*'}", ['rules.0.match.accounts: accounts must be a list, not "*"']],
    [
      "{accounts: [000000000000]}",
      ['rules.0.match.accounts.0: account ids must be in quotes, such as "000000000000"; YAML read 0 as a number'],
    ],
    [
      "{accounts: [true]}",
      ['rules.0.match.accounts.0: an account must be twelve digits in quotes, or a glob such as "*"'],
    ],
    [
      "{accounts: ['11112222333']}",
      [
        'rules.0.match.accounts.0: an account must be twelve digits in quotes, or a glob of digits, * and ? such as "*"',
      ],
    ],
    ["{accounts: ['1111222233334']}", [expect.stringContaining("an account must be twelve digits")]],
    ["{accounts: ['prod-*']}", [expect.stringContaining("or a glob of digits, * and ?")]],
    ["{ous: []}", [expect.stringContaining("ous is an empty list")]],
    [
      "{ous: [Workloads]}",
      [
        'rules.0.match.ous.0: an entry of ous must be the id of an organizational unit (ou-…) or of the root (r-…), not its name, not "Workloads"',
      ],
    ],
    ["{ous: [5]}", [expect.stringContaining("rules.0.match.ous.0: an entry of ous must be")]],
    ["{ous: ['ou-ab12-1234567']}", [expect.stringContaining("an entry of ous must be")]],
    ["{ous: ['xr-ab12']}", [expect.stringContaining("an entry of ous must be")]],
    ["{ous: ['r-ab12x!']}", [expect.stringContaining("an entry of ous must be")]],
    ["{regions: []}", [expect.stringContaining("regions is an empty list")]],
    [
      "{regions: [EU]}",
      [
        'rules.0.match.regions.0: an entry of regions must be a Region such as eu-west-1, or a glob such as eu-*, not "EU"',
      ],
    ],
    ["{regions: [5]}", [expect.stringContaining("an entry of regions must be")]],
    ["{regions: ['']}", [expect.stringContaining("an entry of regions must be")]],
    ["{buckets: []}", [expect.stringContaining("buckets is an empty list")]],
    [
      "{buckets: ['arn:aws:s3:::x']}",
      [
        'rules.0.match.buckets.0: an entry of buckets must be a bucket name or a glob over it (no ARN, no path), up to 255 characters, not "arn:aws:s3:::x"',
      ],
    ],
    ["{buckets: ['a/b']}", [expect.stringContaining("an entry of buckets must be")]],
    ["{buckets: ['a\\']}", [expect.stringContaining("an entry of buckets must be")]],
    ["{buckets: ['']}", [expect.stringContaining("an entry of buckets must be")]],
    ["{buckets: [5]}", [expect.stringContaining("an entry of buckets must be")]],
    [`{buckets: [${"b".repeat(256)}]}`, [expect.stringMatching(/up to 255 characters, not "b{76}\.\.\.$/)]],
    ["{tags: {}}", ["rules.0.match.tags: tags is empty; remove it, or name a tag"]],
    ["{tags: [a]}", ["rules.0.match.tags: tags must be a mapping of tag names to values, not a list"]],
    ["{tags: {__proto__: x, a: b}}", ["rules.0.match.tags: tags must not contain the name __proto__"]],
    ["{tags: {'': x}}", ['rules.0.match.tags.: a tag name must be 1 to 128 characters, not ""']],
    [
      '{tags: {"a\\u200b": x}}',
      [expect.stringMatching(/: a tag's name contains an invisible character \(U\+200B\), which no tag can have/)],
    ],
    ['{tags: {a: "b\\t"}}', [expect.stringMatching(/^rules\.0\.match\.tags\.a: a tag's value .* \(U\+0009\)/)]],
    ['{tags: {a: [b, "\\ufeffc"]}}', [expect.stringMatching(/^rules\.0\.match\.tags\.a\.1: .* \(U\+FEFF\)/)]],
    [`{tags: {${"t".repeat(129)}: x}}`, [expect.stringContaining("a tag name must be 1 to 128 characters, not")]],
    [
      "{tags: {a: true}}",
      [
        "rules.0.match.tags.a: a tag's value must be a string or a glob (quoted where YAML would read another type), or a list of these, not true",
      ],
    ],
    ["{tags: {a: }}", [expect.stringMatching(/a tag's value must be .*, not empty$/)]],
    ["{tags: {a: []}}", ["rules.0.match.tags.a: a tag's list of values is empty, which matches nothing; add a value"]],
    ["{tags: {a: [b, 5]}}", [expect.stringContaining("rules.0.match.tags.a")]],
    [
      "{tags: {a: 'b\\'}}",
      ["rules.0.match.tags.a: a tag's value ends in a single backslash; write two for a literal one"],
    ],
    [
      "{tags: {a: [b, 'c\\\\\\']}}",
      ["rules.0.match.tags.a.1: a tag's value ends in a single backslash; write two for a literal one"],
    ],
    [`{tags: {a: ${"v".repeat(513)}}}`, [expect.stringContaining("a tag's value must be")]],
    ["{accountTags: {}}", ["rules.0.match.accountTags: accountTags is empty; remove it, or name a tag"]],
    [
      "{accountTags: {a: 5}}",
      [expect.stringMatching(/^rules\.0\.match\.accountTags\.a: a tag's value must be a string/)],
    ],
    ["{accountTgs: {a: b}}", ["rules.0.match: match has no field `accountTgs`; did you mean `accountTags`?"]],
    [
      "{except: {}}",
      ["rules.0.match.except: except is empty, so nothing would ever match; remove it, or say what to exclude"],
    ],
    [
      "{except: []}",
      [
        expect.stringContaining(
          "rules.0.match.except: except must be a mapping of `accounts`, `ous`, `accountTags`, `regions`, `buckets`, `tags`, not a list",
        ),
      ],
    ],
    [
      "{except: {except: {buckets: [a]}, buckets: [b]}}",
      [expect.stringContaining("except has no field `except`; known fields:")],
    ],
    ["{except: {buckets: []}}", [expect.stringContaining("rules.0.match.except.buckets: buckets is an empty list")]],
  ])("%s", (match, expected) => {
    expect(ruleFaults(`${encryption}, match: ${match}`)).toEqual(expected);
  });

  test.each([
    "{accounts: ['*', '0?', '11*']}",
    "{ous: [r-ab12, ou-ab12-12345678]}",
    `{buckets: [${"b".repeat(255)}, A_b.c, "x--use1-az1--x-s3"]}`,
    "{tags: {a: '', b: 'x\\\\', c: ['*']}}",
    `{tags: {${"t".repeat(128)}: ${"v".repeat(512)}}}`,
    "{except: {tags: {a: b}}}",
    "{accountTags: {env: [prod, 'pre-*']}, except: {accountTags: {team: x}}}",
  ])("but %s is accepted", (match) => {
    expect(ruleFaults(`${encryption}, match: ${match}`)).toEqual([]);
  });
});

describe("an exemption is refused:", () => {
  const exemptionFaults = (fields: string) => faults(`{version: 1, rules: [], exemptions: [{${fields}}]}`);
  const rest = "id: e, match: {buckets: [b]}";

  test.each<[string, unknown[]]>([
    [
      "id: e, until: 2027-01-01, reason: x",
      [expect.stringContaining("exemptions.0.match: match is missing; it must be a mapping of")],
    ],
    [
      "id: e, match: {}, until: 2027-01-01, reason: x",
      [
        'exemptions.0.match: match is empty, which would exempt every bucket; name them, or write `accounts: ["*"]` for every bucket',
      ],
    ],
    [`${rest}, reason: x`, ["exemptions.0.until: until is missing; it must be a real date written as YYYY-MM-DD"]],
    [
      `${rest}, until: 2027-02-29, reason: x`,
      ['exemptions.0.until: until must be a real date written as YYYY-MM-DD, not "2027-02-29"'],
    ],
    [`${rest}, until: 2027-1-1, reason: x`, [expect.stringContaining("until must be a real date")]],
    [
      `${rest}, until: 20270101, reason: x`,
      ["exemptions.0.until: until must be a real date written as YYYY-MM-DD, not 20270101"],
    ],
    [`${rest}, until: "2027-01-01T00:00:00Z", reason: x`, [expect.stringContaining("until must be a real date")]],
    [`${rest}, until: 2027-01-01`, ["exemptions.0.reason: reason is missing; it must be a text that gives the reason"]],
    [
      `${rest}, until: 2027-01-01, reason: "  "`,
      ['exemptions.0.reason: reason must be a text that gives the reason, not "  "'],
    ],
    [`${rest}, until: 2027-01-01, reason: x, ticket: 5`, ["exemptions.0.ticket: ticket must be a string, not 5"]],
    [`${rest}, until: 2027-01-01, reason: x, ticket: ''`, ['exemptions.0.ticket: ticket must be a string, not ""']],
    [
      `${rest}, until: 2027-01-01, reason: x, untill: 1`,
      ["exemptions.0: an exemption has no field `untill`; did you mean `until`?"],
    ],
    [
      `${rest}, until: 2027-01-01, reason: x, mode: off`,
      [expect.stringContaining("an exemption has no field `mode`; known fields:")],
    ],
  ])("%s", (fields, expected) => {
    expect(exemptionFaults(fields)).toEqual(expected);
  });

  test.each(["accounts: ['*']", "except: {buckets: [a]}"])("but a match of %s is accepted", (match) => {
    expect(exemptionFaults(`id: e, match: {${match}}, until: 2028-02-29, reason: x`)).toEqual([]);
  });
});
