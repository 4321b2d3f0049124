import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { inject } from "vitest";
import { clients } from "../../local-aws/clients.ts";
import { rootOf } from "../../local-aws/local-aws.ts";
import { type Story, soon, story } from "../story.ts";
import { HOME, type MemberName, type World } from "./world.ts";
import { worldIn } from "./world-file.ts";

/** The organization as a test sees it. */
export interface Organization {
  readonly world: World;
  readonly hub: Story;
  /** The management account's client. */
  readonly manager: OrganizationsClient;
  /**
   * A member account in a Region, as a story: alice is its own, and the ledger is the hub's, where
   * the account's buckets are.
   */
  member(name: MemberName, region?: string): Story;
}

/** Waits until the organization was made beside the other tests. */
export async function organization(): Promise<Organization> {
  const made = await soon(
    () => worldIn(inject("world")),
    (found) => found !== null,
    170,
  );
  if (made === null || "failed" in made) throw new Error(made?.failed);
  const { hub: sandbox, manager, members } = made;
  const { endpoint } = sandbox;
  const as: Story["as"] = (credentials, region = HOME) =>
    clients({ endpoint, region, credentials: { ...credentials } });
  const hub: Story = {
    ...story(),
    sandbox,
    as,
    root: as(sandbox.rootCredentials),
    dana: as(sandbox.credentials),
    alice: as(sandbox.users.alice),
  };
  return {
    world: made,
    hub,
    manager: new OrganizationsClient({ endpoint, region: HOME, credentials: rootOf(manager) }),
    member: (name, region = HOME) => {
      const { account, alice, keys } = members[name];
      const place = { ...sandbox, account, region, keyArn: keys[region] ?? "" };
      return { ...hub, sandbox: place, alice: as(alice, region) };
    },
  };
}
