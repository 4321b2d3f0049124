import type { Permission, Scope } from "#aws/permission";

/**
 * s3control/: what became of jobs that people started, list-jobs.ts, describe-job.ts and
 * job-tagging.ts, and their completion reports, job-report.ts. Creating, confirming and cancelling
 * jobs is for people.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html
 */
export function jobEndPermissions({ partition, account, region }: Scope, reportBucketArn: string): Permission[] {
  return [
    {
      sid: "SeeJobs",
      actions: ["s3:DescribeJob", "s3:GetJobTagging"],
      resources: [`arn:${partition}:s3:${region}:${account}:job/*`],
    },
    // It has no resource.
    { sid: "ListJobs", actions: ["s3:ListJobs"], resources: ["*"] },
    { sid: "ReadReportsOfJobs", actions: ["s3:GetObject"], resources: [`${reportBucketArn}/job-*`] },
  ];
}
