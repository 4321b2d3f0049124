import { Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";

/**
 * Access logs of a bucket go to another, whose policy lets them in: CDK would turn its ACLs on for
 * log delivery.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html#grant-log-delivery-permissions-general
 */
export function accessLogs(of: Bucket, to: Bucket): void {
  const { node } = of;
  if (!(node.defaultChild instanceof CfnBucket)) throw new Error(`${node.path} is not a bucket of this stack`);
  node.defaultChild.loggingConfiguration = { destinationBucketName: to.bucketName };
  to.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal("logging.s3.amazonaws.com")],
      actions: ["s3:PutObject"],
      resources: [to.arnForObjects("*")],
      conditions: {
        ArnLike: { "aws:SourceArn": of.bucketArn },
        StringEquals: { "aws:SourceAccount": Stack.of(of).account },
      },
    }),
  );
}
