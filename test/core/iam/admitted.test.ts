import { describe, expect, test } from "vitest";
import { admitted, type Visitor } from "#core/iam/admitted";
import { abroad, bucketArn, document, home } from "../../support/core/iam.ts";

const partner = `arn:aws:iam::${abroad}:role/partner`;
const allow = (more: object) => ({
  Sid: "Read",
  Effect: "Allow",
  Principal: "*",
  Action: "s3:GetObject",
  Resource: `${bucketArn}/*`,
  ...more,
});
const bound = (condition: object) => allow({ Condition: condition });

/** Who may read, by the statements' names. */
function readers(...statements: readonly object[]): readonly (readonly [string, Visitor])[] {
  return admitted(document(...statements), "s3:GetObject", bucketArn, home).map(({ by, who }) => [by, who]);
}

describe("a bucket policy lets in", () => {
  const everybody: Visitor = { kind: "everybody" };
  test.each<readonly [string, object, readonly Visitor[]]>([
    ["everybody", allow({}), [everybody]],
    ["every AWS account, which is everybody", allow({ Principal: { AWS: "*" } }), [everybody]],
    ["everybody but one", { ...allow({}), Principal: undefined, NotPrincipal: { AWS: partner } }, [everybody]],
    ["everybody from an address", bound({ IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }), [everybody]],
    ["everybody, below a prefix", allow({ Resource: `${bucketArn}/public/*` }), [everybody]],
    ["everybody, in every bucket", allow({ Resource: "*" }), [everybody]],
    ["an account", allow({ Principal: { AWS: abroad } }), [{ kind: "account", account: abroad }]],
    [
      "an account by its ARN",
      allow({ Principal: { AWS: `arn:aws:iam::${abroad}:root` } }),
      [{ kind: "account", account: abroad }],
    ],
    ["a role", allow({ Principal: { AWS: [partner] } }), [{ kind: "principal", arn: partner, account: abroad }]],
    [
      "an origin access identity",
      allow({ Principal: { AWS: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1" } }),
      [
        {
          kind: "principal",
          arn: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
          account: "cloudfront",
        },
      ],
    ],
    ["a canonical user", allow({ Principal: { CanonicalUser: "79a59d" } }), [{ kind: "unknown", name: "79a59d" }]],
    [
      "somebody deleted",
      allow({ Principal: { AWS: "AIDACKCEVSQ6C2EXAMPLE" } }),
      [{ kind: "unknown", name: "AIDACKCEVSQ6C2EXAMPLE" }],
    ],
    ["somebody who cannot be read", allow({ Principal: 7 }), [{ kind: "unknown", name: "Read" }]],
    ["nobody that it names", { ...allow({}), Principal: undefined }, [{ kind: "unknown", name: "Read" }]],
    [
      "a service",
      allow({ Principal: { Service: "cloudfront.amazonaws.com" } }),
      [{ kind: "service", service: "cloudfront.amazonaws.com", sources: [] }],
    ],
    [
      "a service for a source",
      allow({
        Principal: { Service: "cloudfront.amazonaws.com" },
        Condition: { StringEquals: { "AWS:SourceArn": "arn:d/1" } },
      }),
      [{ kind: "service", service: "cloudfront.amazonaws.com", sources: ["arn:d/1"] }],
    ],
    [
      "a service for an account",
      allow({
        Principal: { Service: "logs.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": home } },
      }),
      [{ kind: "service", service: "logs.amazonaws.com", sources: [home] }],
    ],
    [
      "two of several kinds",
      allow({ Principal: { AWS: abroad, Service: "logs.amazonaws.com" } }),
      [
        { kind: "account", account: abroad },
        { kind: "service", service: "logs.amazonaws.com", sources: [] },
      ],
    ],
    [
      "an organization",
      bound({ StringEquals: { "aws:PrincipalOrgID": "o-1a2b" } }),
      [{ kind: "organization", id: "o-1a2b" }],
    ],
    [
      "accounts by condition",
      bound({ StringEquals: { "aws:PrincipalAccount": [home, abroad] } }),
      [
        { kind: "account", account: home },
        { kind: "account", account: abroad },
      ],
    ],
    [
      "an account's access points",
      bound({ StringEquals: { "s3:DataAccessPointAccount": home } }),
      [{ kind: "account", account: home }],
    ],
    [
      "a role by condition",
      bound({ ArnEquals: { "aws:PrincipalArn": partner } }),
      [{ kind: "principal", arn: partner, account: abroad }],
    ],
    [
      "a service by condition",
      bound({ StringEquals: { "aws:PrincipalServiceName": "cloudtrail.amazonaws.com" } }),
      [{ kind: "service", service: "cloudtrail.amazonaws.com", sources: [] }],
    ],
    [
      "roles by a wildcard, which is everybody",
      bound({ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/ci" } }),
      [everybody],
    ],
    ["accounts by a wildcard", bound({ StringLike: { "aws:PrincipalAccount": "*" } }), [everybody]],
    ["organizations by a wildcard", bound({ StringLike: { "aws:PrincipalOrgID": "o-*" } }), [everybody]],
    ["services by a wildcard", bound({ StringLike: { "aws:PrincipalServiceName": "*" } }), [everybody]],
    ["everybody of no account", bound({ StringNotEquals: { "aws:PrincipalAccount": abroad } }), [everybody]],
    ["an account, if there is one", bound({ StringEqualsIfExists: { "aws:PrincipalAccount": abroad } }), [everybody]],
    [
      "an account of all that there are",
      bound({ "ForAllValues:StringEquals": { "aws:PrincipalAccount": abroad } }),
      [everybody],
    ],
    [
      "an account of a variable",
      bound({ StringEquals: { "aws:PrincipalAccount": "\u0024{aws:PrincipalTag/a}" } }),
      [everybody],
    ],
    ["an account or none", bound({ Null: { "aws:PrincipalAccount": "true" } }), [everybody]],
    [
      "an account by an operator that we do not know",
      bound({ StringSounds: { "aws:PrincipalAccount": abroad } }),
      [everybody],
    ],
    ["everybody under conditions that cannot be read", allow({ Condition: 7 }), [everybody]],
    ["perhaps everybody", allow({ Effect: "Perhaps" }), [everybody]],
    ["everybody, wherever", allow({ Resource: undefined }), [everybody]],
    ["everybody, to what cannot be read", allow({ Resource: 7 }), [everybody]],
    ["nobody to another bucket", allow({ Resource: "arn:aws:s3:::other/*" }), []],
    ["nobody to do this", allow({ Action: "s3:PutObject" }), []],
    ["nobody by a Deny", allow({ Effect: "Deny" }), []],
  ])("%s", (_, statement, who) => {
    expect(readers(statement)).toEqual(who.map((each) => ["Read", each]));
  });

  test("nobody whom it denies the same for sure", () => {
    const both = allow({ Principal: { AWS: [abroad, "999999999999"] } });
    const deny = allow({ Sid: "No", Effect: "Deny", Principal: { AWS: abroad } });
    expect(readers(both, deny)).toEqual([["Read", { kind: "account", account: "999999999999" }]]);
    expect(readers(both, { ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } })).toHaveLength(2);
  });
});
