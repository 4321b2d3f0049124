import { type GrantListEntry, type KMSClient, ListGrantsCommand } from "@aws-sdk/client-kms";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";
import type { KeyAccess } from "#core/iam/can-use-key";

/** Pages that are read: what a key with more than 1,000 grants allows is unknown. */
const PAGES = 10;

/**
 * All grants of a key.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function listGrants(kms: KMSClient, arn: string): Promise<Fact<KeyAccess["grants"]>> {
  return fact("ListGrants", async () => {
    const grants: GrantListEntry[] = [];
    let marker: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const list = new ListGrantsCommand({ KeyId: arn, Limit: 100, ...(marker ? { Marker: marker } : {}) });
      const { Grants, Truncated, NextMarker } = await kms.send(list);
      grants.push(...(Grants ?? []));
      marker = NextMarker;
      if (Truncated !== true || marker === undefined) return grants.map(grantOf);
    }
    throw new TooManyGrants(`the key has more than ${grants.length} grants`);
  });
}

// --- internal ---

class TooManyGrants extends Error {
  override readonly name = "TooManyGrants";
}

function grantOf({ GranteePrincipal, Operations = [], Constraints }: GrantListEntry): KeyAccess["grants"][number] {
  return {
    grantee: GranteePrincipal ?? "",
    operations: Operations,
    constraints:
      Constraints === undefined
        ? null
        : { equals: Constraints.EncryptionContextEquals ?? null, subset: Constraints.EncryptionContextSubset ?? null },
  };
}
