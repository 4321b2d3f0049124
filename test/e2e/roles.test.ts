import { ListRolesCommand } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { pages } from "../../scripts/docs/pages.ts";
import { story } from "../support/e2e/story.ts";

/** The pages' tables of roles, checked on the deployment of all end-to-end tests. */
const { root } = story();

test("the deployment has the roles of the tables of README.md and of its options, and no other", async () => {
  const tables = ["README.md", "docs/existing-objects.md"];
  const text = pages()
    .flatMap((page) => (tables.includes(page.path) ? page.text : []))
    .join("\n");
  const documented = new Set([...text.matchAll(/^\| `([A-Za-z]+Role)` \|/gm)].map(([, role]) => role));
  expect(documented.size).toBeGreaterThan(3);
  expect(new Set(await rolesOfTheStack())).toEqual(documented);
});

const PREFIX = "sandbox-bucketseal-Hub-";

/** Roles by the names that the stack gives them: the part before CloudFormation's own letters. */
async function rolesOfTheStack(): Promise<string[]> {
  const { Roles = [] } = await root.iam.send(new ListRolesCommand({ MaxItems: 1000 }));
  const ours = Roles.flatMap(({ RoleName }) => (RoleName?.includes(PREFIX) === true ? [RoleName] : []));
  return ours.map((name) => /^[A-Za-z]+?Role(?=[0-9A-F]{8})/.exec(name.slice(PREFIX.length))?.[0] ?? name);
}
