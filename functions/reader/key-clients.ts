import type { KMSClient } from "@aws-sdk/client-kms";
import { keyOwner } from "#core/key/arn";
import type { BucketRef } from "#core/names";
import type { ClientsOf } from "../member/clients.ts";

/** The client that reads a key for a bucket, and the account that it acts in. */
export type KeyClients = (
  ref: BucketRef,
  arn: string,
) => Promise<{ readonly kms: KMSClient; readonly account: string }>;

/**
 * Reads a key in its own account where that lets us in, since nobody else can read its policy; else
 * as the bucket's account, which KMS asks too. Keys are looked up in the bucket's Region: it has
 * none of another one.
 * @param isOpen - whether an account lets us in
 */
export function keyClients(clients: ClientsOf, isOpen: (account: string) => Promise<boolean>): KeyClients {
  return async (ref, arn) => {
    const owner = keyOwner(ref, arn);
    const account = owner !== ref.account && (await isOpen(owner)) ? owner : ref.account;
    return { kms: clients({ account, region: ref.region }).kms, account };
  };
}
