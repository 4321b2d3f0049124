import type { Permission, Scope } from "#aws/permission";

/**
 * copies/: copying an object onto itself in parts, beside the rights to copy objects at all
 * (`CopyObjects`), of which kept.ts and uploads.ts need "s3:GetObject", "s3:GetObjectTagging" and
 * "s3:PutObject".
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
 */
export function copyLargePermissions({ partition, account }: Scope): Permission[] {
  return [
    // kept.ts, uploads.ts
    {
      sid: "CopyLargeObjects",
      actions: ["s3:ListMultipartUploadParts", "s3:AbortMultipartUpload", "s3:ListObjectAnnotations"],
      resources: [`arn:${partition}:s3:::*/*`],
      conditions: { StringEquals: { "aws:ResourceAccount": account } },
    },
  ];
}
