import { policyJsonSchema } from "#core/policy/json-schema";
import { alertJsonSchema } from "../alert-schema.ts";
import { synthesize } from "../synthesize.ts";
import { alarmsTable } from "./alarms-table.ts";
import { alertExample } from "./alert-example.ts";
import { fieldsTable } from "./fields-table.ts";
import { hazardsSections } from "./hazards-sections.ts";
import { help } from "./help.ts";
import { organizationTable } from "./organization-table.ts";
import { permissionsTable } from "./permissions-table.ts";
import { organizationReader, planRole } from "./plan-role.ts";
import { ranksTable } from "./ranks-table.ts";
import { reasonsTable } from "./reasons-table.ts";
import { sourceMap } from "./source-map.ts";

/** The generated parts of the pages, by region name: made from the sources each time. */
export async function generated(): Promise<Readonly<Record<string, string>>> {
  const hub = await synthesize();
  return {
    permissions: permissionsTable(hub),
    "backfill-permissions": permissionsTable(await synthesize({ backfill: true }), hub),
    "batch-permissions": permissionsTable(await synthesize({ batch: true }), hub),
    "organization-permissions": organizationTable(),
    alarms: alarmsTable(hub),
    "alert-example": alertExample(),
    "policy-fields": fieldsTable(policyJsonSchema()),
    "alert-fields": fieldsTable(JSON.parse(alertJsonSchema())),
    reasons: reasonsTable(),
    hazards: hazardsSections(),
    help: await help(),
    "plan-role": planRole(),
    "organization-reads": organizationReader(),
    map: sourceMap(),
    ranks: ranksTable(),
  };
}
