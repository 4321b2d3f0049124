import { type MemberOf, memberTemplate } from "#aws/member/template";
import { CAREFULLY, deploymentTargets, parametersOf } from "./stack-sets.ts";

/** What of a rollout a person chooses. */
export interface RolloutChoice {
  /** The units, or the root, to roll out to. */
  readonly units: readonly string[];
  /** Who asks: the management account, or a delegated administrator. */
  readonly callAs: "SELF" | "DELEGATED_ADMIN";
  /** The file of the template. */
  readonly template: string;
  readonly permissionsBoundary: string | undefined;
  /** The file that says which organization it is; `undefined`: the stage is deployed. */
  readonly file: string | undefined;
}

/** One step of a rollout: command lines, and whose credentials they need. */
export interface RolloutStep {
  readonly step: "prepare" | "template" | "code" | "enrol" | "enrol-by-hand" | "upgrade" | "remove";
  readonly as: "the management account" | "whoever calls" | "the hub";
  readonly why: string;
  readonly commands: readonly (readonly string[])[];
}

/**
 * The command lines that roll the member template out, bring a new one, and take all of it back.
 * The role comes first, so that the hub may act in an account before it hears of it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html
 * https://docs.aws.amazon.com/cli/latest/reference/cloudformation/create-stack-set.html
 */
export function rollout(hub: MemberOf, choice: RolloutChoice): RolloutStep[] {
  const { stage, settings } = hub;
  const { homeRegion, accounts } = settings;
  const others = settings.regions.filter((region) => region !== homeRegion);
  const all = [homeRegion, ...others];
  const name = `bucketseal-${stage}-member`;
  const body = ["--template-body", `file://${choice.template}`, "--capabilities", "CAPABILITY_NAMED_IAM"];
  const parameters = ["--parameters", JSON.stringify(parametersOf(memberTemplate(hub), choice))];
  const set = (operation: string, ...rest: string[]) => [
    ...["aws", "cloudformation", operation, "--stack-set-name", name, ...rest],
    ...["--call-as", choice.callAs, "--region", homeRegion],
  ];
  const targets = ["--deployment-targets", JSON.stringify(deploymentTargets(choice.units, accounts))];
  const instances = (operation: string, regions: readonly string[], ...rest: string[]) =>
    set(operation, ...targets, "--regions", ...regions, ...rest, ...CAREFULLY);
  const stacks = (operation: string, ...rest: string[]) =>
    all.map((region) => ["aws", "cloudformation", operation, "--stack-name", name, ...rest, "--region", region]);
  const source =
    choice.file === undefined ? ["--region", homeRegion] : ["--file", choice.file, "--account", hub.account];
  const automatic = accounts === undefined ? "Enabled=true,RetainStacksOnAccountRemoval=false" : "Enabled=false";
  return [
    {
      step: "prepare",
      as: "the management account",
      why: "once: StackSets may work in the organization, and the hub may administer them and ask about accounts",
      commands: [
        ["aws", "cloudformation", "activate-organizations-access", "--region", homeRegion],
        [
          ...["aws", "organizations", "register-delegated-administrator", "--account-id", hub.account],
          ...["--service-principal", "member.org.stacksets.cloudformation.amazonaws.com"],
        ],
      ],
    },
    {
      step: "template",
      as: "the hub",
      why: "the template, the same for every account and Region",
      commands: [["bucketseal", "org", "template", "--stage", stage, ...source, "--out", choice.template]],
    },
    {
      step: "enrol",
      as: "whoever calls",
      why: "the set, then its stacks: the home Region first, where the role is",
      commands: [
        set(
          "create-stack-set",
          ...["--description", "Lets the hub of Bucketseal keep the encryption of S3 buckets", ...body, ...parameters],
          ...[
            "--permission-model",
            "SERVICE_MANAGED",
            "--auto-deployment",
            automatic,
            "--managed-execution",
            "Active=true",
          ],
        ),
        instances("create-stack-instances", [homeRegion]),
        ...(others.length === 0 ? [] : [instances("create-stack-instances", others)]),
      ],
    },
    {
      step: "enrol-by-hand",
      as: "the management account",
      why: "StackSets never reach it; the same in the hub's own account, unless a unit above contains it",
      commands: stacks("create-stack", ...body, ...parameters),
    },
    {
      step: "upgrade",
      as: "whoever calls",
      why: "after a new version of Bucketseal or a change of the organization's file: the template again, then",
      commands: [
        set("update-stack-set", ...body, ...parameters, ...CAREFULLY),
        ...stacks("update-stack", ...body, ...parameters),
      ],
    },
    {
      step: "remove",
      as: "whoever calls",
      why: "all of it, without leftovers; the set once its stacks are gone, and the stacks that were made by hand",
      commands: [
        instances("delete-stack-instances", all, "--no-retain-stacks"),
        set("delete-stack-set"),
        ...stacks("delete-stack"),
      ],
    },
  ];
}
