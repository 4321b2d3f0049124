import { succeeds } from "../story.ts";
import { enrol } from "./member.ts";
import type { Organization } from "./organization.ts";
import { HOME, type MemberName } from "./world.ts";

/**
 * Deploys the object plane into a member's home Region, as the CLI prints its template. The local
 * AWS is a store outside AWS.
 */
export async function deployPlane({ hub, world }: Organization, name: MemberName): Promise<void> {
  const { stdout } = await succeeds(hub, ["org", "template", "--objects"]);
  const parameters = { UpdateOutsideAws: "on", WindowSeconds: "5" };
  const { endpoint } = hub.sandbox;
  const { account } = world.members[name];
  await enrol({ endpoint, template: stdout }, account, HOME, "bucketseal-objects", parameters);
}
