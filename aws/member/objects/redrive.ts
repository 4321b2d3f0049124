import { boundary } from "#aws/member/boundary";
import { statement } from "#aws/member/statement";
import { redrivePermissions } from "#aws/sqs/permissions";
import { memberObjectsParameter } from "#core/org/names";

/**
 * The role by which people send dead letters back, as in the hub's own stack: IAM in the account
 * decides who may assume it. A parameter says where it and the queues are. The role's name does
 * not begin as the object function's does, so that the hub does not take it for one.
 */
export function memberRedrive(stage: string): Readonly<Record<string, object>> {
  const people = { AWS: { "Fn::Sub": `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root` } };
  const permissions = redrivePermissions([`\${DeadLetters.Arn}`, `\${Undelivered.Arn}`], [`\${Events.Arn}`]);
  const where = {
    queue: `\${Events}`,
    deadLetters: `\${DeadLetters}`,
    undelivered: `\${Undelivered}`,
    redriveRole: `\${RedriveRole.Arn}`,
  };
  return {
    RedriveRole: {
      Type: "AWS::IAM::Role",
      Properties: {
        RoleName: { "Fn::Sub": `\${RolePrefix}dead-\${AWS::Region}` },
        Path: { Ref: "RolePath" },
        Description: "Sends Bucketseal's dead letters about objects back to their queue",
        PermissionsBoundary: boundary,
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: people, Action: "sts:AssumeRole" }],
        },
        Policies: [
          {
            PolicyName: "redrive",
            PolicyDocument: { Version: "2012-10-17", Statement: permissions.map(statement) },
          },
        ],
      },
    },
    Place: {
      Type: "AWS::SSM::Parameter",
      Properties: {
        Name: memberObjectsParameter(stage),
        Description: "Where Bucketseal's queues of events about objects are",
        Type: "String",
        Value: { "Fn::Sub": JSON.stringify(where) },
      },
    },
  };
}
