/**
 * Bucket policies that many buckets have, after the examples of the S3 user guide:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 * None of them refuses anything because of the declared encryption, so none may hold a write.
 *
 * @param declaredKey - the ARN of the key that the bucket's rule declares
 */
export function commonPolicies(bucket: string, account: string, declaredKey: string) {
  const arn = `arn:aws:s3:::${bucket}`;
  const all = { Resource: `${arn}/*` };
  const allow = { Effect: "Allow", ...all };
  const deny = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, `${arn}/*`] };
  const upload = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", ...all };
  const policies: Readonly<Record<string, readonly object[]>> = {
    "uploads under KMS only": [
      { ...upload, Sid: "KmsOnly", Condition: { Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "true" } } },
    ],
    "uploads under the declared key only": [
      {
        ...upload,
        Sid: "OneKey",
        Condition: { ArnNotEqualsIfExists: { "s3:x-amz-server-side-encryption-aws-kms-key-id": declaredKey } },
      },
    ],
    "uploads with a header for KMS only": [
      {
        ...upload,
        Sid: "WrongHeader",
        Condition: { StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } },
      },
      { ...upload, Sid: "NoHeader", Condition: { Null: { "s3:x-amz-server-side-encryption": "true" } } },
    ],
    "no uploads under keys of the uploader's own": [
      {
        ...upload,
        Sid: "NoCustomerKeys",
        Condition: { Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "false" } },
      },
    ],
    "HTTPS only": [{ ...deny, Sid: "TlsOnly", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
    "a current version of TLS": [{ ...deny, Sid: "Tls12", Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } }],
    "some addresses only": [
      {
        ...deny,
        Sid: "Office",
        Condition: { NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24", "2001:db8:1234:5678::/64"] } },
      },
    ],
    "one VPC endpoint only": [
      { ...deny, Sid: "Endpoint", Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" } } },
    ],
    "multi-factor authentication within the hour": [
      { ...deny, Sid: "NoMfa", Condition: { Null: { "aws:MultiFactorAuthAge": true } } },
      { ...deny, Sid: "OldMfa", Condition: { NumericGreaterThan: { "aws:MultiFactorAuthAge": 3600 } } },
    ],
    "uploads of other accounts that give the owner full control": [
      {
        ...allow,
        Sid: "Partners",
        Principal: { AWS: ["arn:aws:iam::444455556666:root", "777788889999"] },
        Action: ["s3:PutObject", "s3:PutObjectAcl"],
        Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
      },
    ],
    "a role of another account": [
      {
        ...allow,
        Sid: "Reports",
        Principal: { AWS: "arn:aws:iam::444455556666:role/reports" },
        Action: "s3:GetObject",
      },
    ],
    "members of the organization": [
      {
        ...allow,
        Sid: "Members",
        Principal: "*",
        Action: "s3:GetObject",
        Condition: { StringEquals: { "aws:PrincipalOrgID": ["o-a1b2c3d4e5"] } },
      },
    ],
    "a folder for each user": [
      {
        Sid: "Home",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ["s3:PutObject", "s3:GetObject"],
        Resource: `${arn}/home/\${aws:username}/*`,
      },
    ],
    "everybody reads": [{ ...allow, Sid: "Public", Principal: "*", Action: ["s3:GetObject", "s3:GetObjectVersion"] }],
    "pages of one site": [
      {
        ...allow,
        Sid: "Site",
        Principal: "*",
        Action: "s3:GetObject",
        Condition: { StringLike: { "aws:Referer": ["https://www.example.com/*"] } },
      },
    ],
    "a CloudFront distribution": [
      {
        ...allow,
        Sid: "Distribution",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Condition: { StringEquals: { "AWS:SourceArn": `arn:aws:cloudfront::${account}:distribution/E1EXAMPLE` } },
      },
    ],
    "inventory reports": [
      {
        ...allow,
        Sid: "Inventory",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "s3:PutObject",
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:s3:::inventoried" },
          StringEquals: { "aws:SourceAccount": account, "s3:x-amz-acl": "bucket-owner-full-control" },
        },
      },
    ],
    "access logs of other buckets": [
      {
        ...allow,
        Sid: "Logs",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:s3:::logged" },
          StringEquals: { "aws:SourceAccount": account },
        },
      },
    ],
    "access points of the account": [
      {
        Sid: "Points",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: "*",
        Resource: [arn, `${arn}/*`],
        Condition: { StringEquals: { "s3:DataAccessPointAccount": account } },
      },
    ],
    "nobody deletes": [
      {
        Sid: "Keep",
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:DeleteObject*", "s3:DeleteBucket"],
        Resource: [arn, `${arn}/*`],
      },
    ],
  };
  return Object.entries(policies).map(([name, Statement]) => ({
    name,
    text: JSON.stringify({ Version: "2012-10-17", Statement }),
  }));
}
