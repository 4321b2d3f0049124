import { type AccountClient, ListRegionsCommand } from "@aws-sdk/client-account";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/**
 * The Regions that the client's account can use: those that are on by default, and those that it
 * has opted in to.
 * https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function listUsableRegions(client: AccountClient): Promise<Fact<readonly string[]>> {
  return fact("ListRegions", async () => {
    const regions: string[] = [];
    let next: string | undefined;
    do {
      const page = await client.send(
        new ListRegionsCommand({
          MaxResults: PAGE,
          RegionOptStatusContains: ["ENABLED", "ENABLED_BY_DEFAULT"],
          ...(next ? { NextToken: next } : {}),
        }),
      );
      for (const { RegionName: name } of page.Regions ?? []) if (name) regions.push(name);
      next = page.NextToken;
    } while (next);
    return regions;
  });
}

// --- internal ---

/** The largest page. */
const PAGE = 50;
