import {
  type AdvancedEventSelector,
  type CloudTrailClient,
  DescribeTrailsCommand,
  type EventSelector,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
} from "@aws-sdk/client-cloudtrail";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/**
 * A trail that covers the client's Region: its own, one of another Region, or the organization's.
 */
export interface TrailSeen {
  readonly arn: string;
  readonly name: string;
  readonly logging: Fact<boolean>;
  readonly selectors: Fact<Selectors>;
}

/** What a trail logs: by selectors of one kind or the other. */
export interface Selectors {
  readonly basic: readonly EventSelector[];
  readonly advanced: readonly AdvancedEventSelector[];
}

/**
 * The trails that cover a Region, with what each logs. A trail of another Region or of the
 * organization is a shadow here, and must be named by its ARN.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html
 * @throws the SDK's error where trails may not be listed.
 */
export async function trailsHere(cloudtrail: CloudTrailClient): Promise<TrailSeen[]> {
  const { trailList = [] } = await cloudtrail.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  return Promise.all(
    trailList.map(async ({ TrailARN: arn = "", Name: name = "" }) => {
      const [logging, selectors] = await Promise.all([
        fact("GetTrailStatus", async () => {
          const { IsLogging } = await cloudtrail.send(new GetTrailStatusCommand({ Name: arn }));
          return IsLogging === true;
        }),
        fact<Selectors>("GetEventSelectors", async () => {
          const found = await cloudtrail.send(new GetEventSelectorsCommand({ TrailName: arn }));
          return { basic: found.EventSelectors ?? [], advanced: found.AdvancedEventSelectors ?? [] };
        }),
      ]);
      return { arn, name, logging, selectors };
    }),
  );
}
