import { organizationReads, planRoleStatements } from "../../cli/accounts/plan-role.ts";

/** The least policy of the role by which `plan` looks at accounts. */
export function planRole(): string {
  return json({ Version: "2012-10-17", Statement: planRoleStatements() });
}

/** The least policy of who has the organization's accounts listed. */
export function organizationReader(): string {
  const statement = { Effect: "Allow", Action: organizationReads, Resource: "*" };
  return json({ Version: "2012-10-17", Statement: [statement] });
}

// --- internal ---

function json(value: object): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}
