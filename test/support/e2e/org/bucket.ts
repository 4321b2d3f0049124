import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { nameOf, type Story } from "../story.ts";
import { AWAY, HOME } from "./world.ts";

/** A new bucket of a member's alice, in the Region of the story. */
export async function memberBucket({ alice, sandbox: { region } }: Story, prefix: string): Promise<string> {
  const Bucket = nameOf(prefix);
  const where = region === HOME ? {} : { CreateBucketConfiguration: { LocationConstraint: AWAY } };
  await alice.s3.send(new CreateBucketCommand({ Bucket, ...where }));
  return Bucket;
}
