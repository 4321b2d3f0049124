import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Effect, PolicyStatement, StarPrincipal } from "aws-cdk-lib/aws-iam";
import { TABLE_WRITES } from "#aws/ledger/permissions";

/**
 * Denies writes to a table to everyone but these roles, whatever their own policies say,
 * administrators included, and all access without TLS. The resource is `*` because a table cannot
 * name itself in its own policy; there it means the table and its indexes. Streams have policies of
 * their own, but nobody can write to one; a replica in another Region would need these statements
 * again.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-examples.html
 */
export function closeTable(table: TableV2, roleArns: readonly string[]): void {
  const deny = (sid: string, actions: readonly string[], conditions: Record<string, Record<string, unknown>>) =>
    table.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new StarPrincipal()],
        actions: [...actions],
        resources: ["*"],
        conditions,
      }),
    );
  deny("NobodyElseWrites", TABLE_WRITES, { ArnNotEquals: { "aws:PrincipalArn": [...roleArns] } });
  deny("TlsOnly", ["dynamodb:*"], { Bool: { "aws:SecureTransport": "false" } });
}
