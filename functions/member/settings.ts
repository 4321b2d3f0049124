import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { type OrgSettings, orgSchema } from "#core/org/settings";
import { onOff, type Variables } from "../runtime/environment.ts";

/** The organization that a hub's functions act in. */
export interface Org {
  readonly stage: string;
  readonly settings: OrgSettings;
}

/**
 * The organization that this deployment is the hub of; `null`: it looks after its own account and
 * Region only. The stack puts `org.json` beside the function's code.
 * @throws if the stack promises the file and it cannot be read: the cold start fails, before any
 *   message is taken.
 */
export function readOrg({ ORG, LAMBDA_TASK_ROOT }: Variables): Org | null {
  if (onOff.default("off").parse(ORG) === "off") return null;
  const path = join(LAMBDA_TASK_ROOT ?? ".", "org.json");
  try {
    const { stage, org: settings } = schema.parse(JSON.parse(readFileSync(path, "utf8")));
    return { stage, settings };
  } catch (cause) {
    throw new Error(`ORG is on, and ${path} cannot be read as the settings of an organization`, { cause });
  }
}

// --- internal ---

const schema = z.strictObject({ stage: z.string().min(1), org: orgSchema });
