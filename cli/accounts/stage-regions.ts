import type { Deployment } from "#core/stage/deployment";
import type { Session } from "../session/session.ts";

/** The Regions that a stage looks after: a hub's, else the one in which it is deployed. */
export function stageRegions({ org, regions }: Deployment, { region }: Pick<Session, "region">): readonly string[] {
  return org === "on" && regions !== undefined ? regions.split(",") : [region];
}
