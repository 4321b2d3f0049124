import { boundary } from "#aws/member/boundary";
import { statement } from "#aws/member/statement";
import { memberObjectPermissions } from "./permissions.ts";

/**
 * The role of the object function. The hub knows it by its path and by how its name begins; roles
 * are the account's, and this one is made in every Region.
 */
export function memberObjectRole(): Readonly<Record<string, object>> {
  return {
    ObjectRole: {
      Type: "AWS::IAM::Role",
      Metadata: acceptedWildcards,
      Properties: {
        RoleName: { "Fn::Sub": `\${RolePrefix}obj-\${AWS::Region}` },
        Path: { Ref: "RolePath" },
        Description: "Bucketseal's object function looks at objects and repairs their encryption",
        PermissionsBoundary: boundary,
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
        },
        Policies: [
          {
            PolicyName: "objects",
            PolicyDocument: { Version: "2012-10-17", Statement: memberObjectPermissions().map(statement) },
          },
        ],
      },
    },
  };
}

// --- internal ---

const acceptedWildcards = {
  cdk_nag: {
    rules_to_suppress: [
      {
        id: "AwsSolutions-IAM5",
        reason: "Which objects and keys there are is not known: all of this account, by aws:ResourceAccount or ARN",
      },
    ],
  },
};
