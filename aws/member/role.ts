import { boundary } from "./boundary.ts";
import { memberManagePermissions, memberRolePermissions } from "./permissions.ts";
import { statement } from "./statement.ts";

/**
 * The member role, as a resource of the template: who may assume it, and what it may do. The
 * hub's account is trusted, and in it two roles by name: a role that is made anew keeps its name,
 * while a role as the principal would become an id that is never used again. `sts:TagSession` has
 * a statement of its own, since the external id is no condition key of it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 */
export function memberRole(sessionTag: string): object {
  return {
    Type: "AWS::IAM::Role",
    Condition: "Home",
    Metadata: acceptedWildcards,
    Properties: {
      RoleName: { "Fn::Sub": `\${RolePrefix}member` },
      Path: { Ref: "RolePath" },
      Description: "Bucketseal's hub looks at buckets and repairs their encryption",
      PermissionsBoundary: boundary,
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          trusted("sts:AssumeRole", {
            StringEquals: { ...ofTheOrganization, "sts:ExternalId": { Ref: "ExternalId" } },
          }),
          trusted("sts:TagSession", {
            StringEquals: ofTheOrganization,
            "ForAllValues:StringEquals": { "aws:TagKeys": [sessionTag] },
          }),
        ],
      },
      Policies: [
        {
          PolicyName: "buckets",
          PolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              ...memberRolePermissions().map(statement),
              ...memberManagePermissions().map((each) => ({
                "Fn::If": ["Manages", statement(each), { Ref: "AWS::NoValue" }],
              })),
            ],
          },
        },
      ],
    },
  };
}

// --- internal ---

const ofTheOrganization = { "aws:PrincipalOrgID": { Ref: "OrganizationId" } };

const pinned = ["HubBucketRole", "HubSweepRole"].map((name) => ({
  "Fn::Sub": `arn:\${AWS::Partition}:iam::\${HubAccount}:role\${HubRolePath}\${${name}}`,
}));

function trusted(Action: string, condition: object): object {
  return {
    Effect: "Allow",
    Principal: { AWS: { "Fn::Sub": `arn:\${AWS::Partition}:iam::\${HubAccount}:root` } },
    Action,
    Condition: { ...condition, ArnEquals: { "aws:PrincipalArn": pinned } },
  };
}

const acceptedWildcards = {
  cdk_nag: {
    rules_to_suppress: [
      {
        id: "AwsSolutions-IAM5",
        reason: "Which buckets and keys there are is not known: all of this account, by aws:ResourceAccount or ARN",
      },
    ],
  },
};
