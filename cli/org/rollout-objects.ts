import { objectsTemplate, type PlaneOf } from "#aws/member/objects/template";
import { partitionOf } from "#core/names";
import { codeBucketPrefix } from "#core/org/names";
import type { RolloutChoice, RolloutStep } from "./rollout.ts";
import { CAREFULLY, deploymentTargets, parametersOf } from "./stack-sets.ts";

/**
 * The command lines that roll the template of the object function out, bring a new one, and take
 * it all back. Lambda takes code from buckets of its own Region, so each Region gets a bucket of
 * the hub's with the code before the stacks that read it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
 */
export function rolloutObjects(hub: PlaneOf, choice: Omit<RolloutChoice, "file">): RolloutStep[] {
  const { stage, settings, account } = hub;
  const { homeRegion, accounts } = settings;
  const others = settings.regions.filter((region) => region !== homeRegion);
  const all = [homeRegion, ...others];
  const name = `bucketseal-${stage}-objects`;
  const body = ["--template-body", `file://${choice.template}`, "--capabilities", "CAPABILITY_NAMED_IAM"];
  const parameters = ["--parameters", JSON.stringify(parametersOf(objectsTemplate(hub), choice))];
  const set = (operation: string, ...rest: string[]) => [
    ...["aws", "cloudformation", operation, "--stack-set-name", name, ...rest],
    ...["--call-as", choice.callAs, "--region", homeRegion],
  ];
  const targets = ["--deployment-targets", JSON.stringify(deploymentTargets(choice.units, accounts, account))];
  const instances = (operation: string, ...rest: string[]) =>
    set(operation, ...targets, "--regions", ...all, ...rest, ...CAREFULLY);
  const stacks = (operation: string, regions: readonly string[], ...rest: string[]) =>
    regions.map((region) => ["aws", "cloudformation", operation, "--stack-name", name, ...rest, "--region", region]);
  const upgraded = [...body, ...parameters];
  return [
    {
      step: "template",
      as: "the hub",
      why: "the template, the same for every account and Region",
      commands: [
        [
          ...["bucketseal", "org", "template", "--objects", "--stage", stage, "--region", homeRegion],
          ...["--out", choice.template],
        ],
      ],
    },
    {
      step: "code",
      as: "the hub",
      why: "once for each Region but the home Region, where the hub's stack makes it: a bucket that the organization may read, and the code in it",
      commands: others.flatMap((region) => [...codeBucket(hub, region), copied(hub, region)]),
    },
    {
      step: "enrol",
      as: "whoever calls",
      why: "the set, then its stacks in every Region; the hub is left out, since its home place has an object function",
      commands: [
        set(
          "create-stack-set",
          ...["--description", "Lets Bucketseal keep the encryption of objects in S3 buckets", ...body, ...parameters],
          ...["--permission-model", "SERVICE_MANAGED", "--auto-deployment", "Enabled=false"],
          ...["--managed-execution", "Active=true"],
        ),
        instances("create-stack-instances"),
      ],
    },
    {
      step: "enrol-by-hand",
      as: "the management account",
      why: "StackSets never reach it; the same in the hub's own account, but not in its home Region",
      commands: stacks("create-stack", all, ...body, ...parameters),
    },
    {
      step: "upgrade",
      as: "whoever calls",
      why: "after the hub was deployed with new code: the template again, the code as the hub, then the stacks",
      commands: [
        ...others.map((region) => copied(hub, region)),
        set("update-stack-set", ...upgraded, ...CAREFULLY),
        ...stacks("update-stack", all, ...upgraded),
      ],
    },
    {
      step: "remove",
      as: "whoever calls",
      why: "the stacks, the set once they are gone, the stacks that were made by hand, and as the hub the buckets of other Regions with all code that is in them",
      commands: [
        instances("delete-stack-instances", "--no-retain-stacks"),
        set("delete-stack-set"),
        ...stacks("delete-stack", all),
        ...others.flatMap((region) => [
          s3api("delete-object", hub, region, "--key", hub.code),
          s3api("delete-bucket", hub, region),
        ]),
      ],
    },
  ];
}

// --- internal ---

function bucketIn({ stage, account }: PlaneOf, region: string): string {
  return `${codeBucketPrefix(stage, account)}${region}`;
}

/** A call about the code bucket of a Region. Its name is global, so its owner is checked. */
function s3api(operation: string, hub: PlaneOf, region: string, ...rest: readonly string[]): string[] {
  const owner = operation === "create-bucket" ? [] : ["--expected-bucket-owner", hub.account];
  return ["aws", "s3api", operation, "--bucket", bucketIn(hub, region), ...rest, ...owner, "--region", region];
}

/** As the hub's stack makes the one of the home Region. */
function codeBucket(hub: PlaneOf, region: string): string[][] {
  const where = region === "us-east-1" ? [] : ["--create-bucket-configuration", `LocationConstraint=${region}`];
  const closed = "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true";
  return [
    s3api("create-bucket", hub, region, ...where),
    s3api("put-public-access-block", hub, region, "--public-access-block-configuration", closed),
    s3api("put-bucket-policy", hub, region, "--policy", JSON.stringify(policyOf(hub, region))),
  ];
}

function policyOf(hub: PlaneOf, region: string): object {
  const arn = `arn:${partitionOf(region)}:s3:::${bucketIn(hub, region)}`;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "MembersMayRead",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `${arn}/object/*`,
        Condition: { StringEquals: { "aws:PrincipalOrgID": hub.settings.id } },
      },
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
function copied(hub: PlaneOf, region: string): string[] {
  const source = `${bucketIn(hub, hub.settings.homeRegion)}/${hub.code}`;
  const from = ["--copy-source", source, "--expected-source-bucket-owner", hub.account];
  return s3api("copy-object", hub, region, "--key", hub.code, ...from);
}
