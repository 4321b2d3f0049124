import type { Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { type Permission, viaService } from "#aws/permission";
import { accept } from "../parts/accept.ts";
import { grant } from "../parts/grant.ts";

/**
 * The role by which S3 Batch Operations re-encrypts existing objects in place, in this account
 * only. It can neither write nor delete an object anywhere but in the bucket of reports.
 * AWS asks for the right to read objects beside that to update their encryption, and to generate a
 * list of them for that to put an inventory configuration, of which a job puts none.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-update-encryption.html
 *
 * The service's trust has no condition, since AWS documents no context key that it sends: who may
 * have it use the role is decided by iam:PassRole.
 */
export function jobRole(stack: Stack, reports: IBucket): Role {
  const role = new Role(stack, "BatchJobRole", {
    description: "Used by S3 Batch Operations: re-encrypts existing objects in place",
    assumedBy: new ServicePrincipal("batchoperations.s3.amazonaws.com"),
  });
  grant(role, permissions(stack, reports));
  accept(
    role.node.findChild("Policy"),
    "AwsSolutions-IAM5",
    "Which buckets, objects and keys a job is for is not known when it is deployed: all of this account.",
  );
  return role;
}

// --- internal ---

function permissions({ partition, account, region }: Stack, reports: IBucket): Permission[] {
  const conditions = { StringEquals: { "aws:ResourceAccount": account } };
  return [
    {
      sid: "UpdateObjects",
      actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:UpdateObjectEncryption"],
      resources: [`arn:${partition}:s3:::*/*`],
      conditions,
    },
    {
      sid: "FindObjects",
      actions: ["s3:PutInventoryConfiguration"],
      resources: [`arn:${partition}:s3:::*`],
      conditions,
    },
    {
      sid: "ReEncryptThroughS3",
      actions: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
      resources: [`arn:${partition}:kms:${region}:${account}:key/*`],
      conditions: { StringEquals: { "kms:ViaService": viaService("s3", region) } },
    },
    { sid: "Report", actions: ["s3:PutObject"], resources: [reports.arnForObjects("*")] },
  ];
}
