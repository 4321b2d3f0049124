import { describe, expect, test } from "vitest";
import { orgSchema } from "#core/org/settings";

const least = {
  id: "o-a1b2c3d4e5",
  homeRegion: "us-east-1",
  regions: ["us-east-1", "eu-west-1"],
  externalId: "7f1c5f9e-2b57-4e0d",
};

describe("the settings of an organization", () => {
  test("take the least that says where members are, with a role under /bucketseal/", () => {
    expect(orgSchema.parse(least)).toEqual({ ...least, role: { path: "/bucketseal/" } });
  });

  test("take everything", () => {
    const all = {
      ...least,
      accounts: ["111122223333"],
      role: { path: "/", prefix: "sec-" },
      directory: [
        {
          id: "111122223333",
          name: "dev",
          ous: ["ou-ab12-11111111", "r-ab12"],
          tags: { env: "prod", empty: "" },
          state: "ACTIVE",
        },
      ],
    };
    expect(orgSchema.parse(all)).toEqual(all);
    const [entry] = orgSchema.parse({ ...least, directory: [{ id: "111122223333" }] }).directory ?? [];
    expect(entry).toEqual({ id: "111122223333", ous: [], state: "ACTIVE" });
  });

  test.each([
    ["id", { id: "111122223333" }, 'id must be the organization\'s id, such as o-a1b2c3d4e5, not "111122223333"'],
    [
      "an account that YAML read as a number",
      { accounts: [1] },
      'an account must be twelve digits in quotes, such as "111122223333", not 1',
    ],
    [
      "a Region",
      { regions: ["us-east-1", "Ireland"] },
      'a Region must be a Region\'s name, such as eu-west-1, not "Ireland"',
    ],
    [
      "a home Region that is not among them",
      { regions: ["eu-west-1"] },
      "regions must contain the home Region us-east-1; add it, or name another homeRegion",
    ],
    [
      "both accounts and ous",
      { accounts: ["111122223333"], ous: ["ou-ab12-11111111"] },
      "accounts and ous cannot both be given; name the accounts, or the units that they are in",
    ],
    [
      "a tag that YAML read as a number",
      { directory: [{ id: "111122223333", tags: { costCentre: 4711 } }] },
      "a tag's value must be text of up to 256 characters, quoted where YAML would read another type, not 4711",
    ],
    [
      "a short external id",
      { externalId: "short" },
      'externalId must be 16 to 1,224 letters, digits and + = , . @ : / - that nobody can guess, not "short"',
    ],
    [
      "a path",
      { role: { path: "bucketseal" } },
      'path must be an IAM path that begins and ends with /, such as /bucketseal/, not "bucketseal"',
    ],
    ["a prefix", { role: { prefix: "a b" } }, 'prefix must be 1 to 40 letters, digits and + = , . @ _ -, not "a b"'],
    ["too many", { regions: Array.from({ length: 1001 }, () => "us-east-1") }, "regions takes 1,000 at most"],
    [
      "an account that is listed twice",
      { accounts: ["111122223333", "444455556666", "111122223333"] },
      "accounts names 111122223333 more than once; name it once",
    ],
    [
      "a Region that is listed twice",
      { regions: ["us-east-1", "us-east-1"] },
      "regions names us-east-1 more than once; name it once",
    ],
    [
      "an account that is said two things of",
      { directory: [{ id: "111122223333" }, { id: "111122223333", state: "SUSPENDED" }] },
      "directory names 111122223333 more than once; name it once",
    ],
    [
      "a Region of another partition",
      { regions: ["us-east-1", "cn-north-1"] },
      "cn-north-1 is not in the partition aws of the home Region; an organization is in one",
    ],
    ["an unknown field", { region: [] }, "org has no field `region`; did you mean `regions`?"],
  ])("refuse %s", (_, change, message) => {
    const read = orgSchema.safeParse({ ...least, ...change });
    expect(read.error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});
