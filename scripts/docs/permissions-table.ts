import type { Hub } from "../synthesize.ts";
import { code, markdownTable } from "./markdown-table.ts";

interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * The permissions of every role of the synthesized hub, or those that another one does not grant;
 * one row per statement.
 */
export function permissionsTable(hub: Hub, other?: Hub): string {
  const roles = new Set(other?.ofType(POLICY));
  const rows = hub.ofType(POLICY).flatMap((id) => {
    const { Roles, PolicyDocument } = policyOf(hub, id);
    const known = other && roles.has(id) ? policyOf(other, id).PolicyDocument.Statement.map(({ Sid }) => Sid) : [];
    const added = PolicyDocument.Statement.filter(({ Sid }) => !known.includes(Sid));
    return added.map(({ Sid, Action, Resource, Condition }) => [
      `\`${Roles.join()}\``,
      Sid,
      code([Action].flat()),
      code([Resource].flat().map(readable)),
      Object.entries(Condition ?? {})
        .flatMap(([operator, keys]) =>
          Object.entries(keys).map(([key, value]) => condition(operator, key, [value].flat())),
        )
        .join("; "),
    ]);
  });
  return markdownTable(["role", "statement", "actions", "on", "only where"], rows);
}

// --- internal ---

const POLICY = "AWS::IAM::ManagedPolicy";

interface RolePolicy {
  readonly Roles: readonly string[];
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

function policyOf(hub: Hub, id: string): RolePolicy {
  return hub.properties(id) as unknown as RolePolicy;
}

/** A condition in words; `StringEquals` needs no operator. */
function condition(operator: string, key: string, values: readonly string[]): string {
  if (operator === "Null") return `\`${key}\` is ${values.includes("false") ? "there" : "not there"}`;
  const by = operator === "StringEquals" ? "" : ` (${operator})`;
  return `\`${key}\`${by}: ${code(values.map(readable))}`;
}

/**
 * An ARN as a person would write it: the account and Region of the synthesized stack are
 * placeholders.
 */
function readable(text: string): string {
  return text
    .replaceAll("arn:AWS::Partition", "arn:aws")
    .replaceAll("111122223333", "ACCOUNT")
    .replaceAll("eu-west-1", "REGION")
    .replace(/parameterPauseSwitch$/, "parameter/bucketseal/STAGE/writes")
    .replace(/bucketseal\/test\/paused$/, "bucketseal/STAGE/paused");
}
