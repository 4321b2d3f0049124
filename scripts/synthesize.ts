import { existsSync } from "node:fs";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { hub } from "../stacks/hub-resources.ts";
import { type Options, options as optionsOf } from "../stacks/options.ts";
import { buildFunctions } from "./build-functions.ts";

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A synthesized hub in which every reference is replaced by the name of its target. */
export interface Hub {
  readonly app: App;
  readonly stack: Stack;
  /** As CloudFormation gets it. */
  readonly template: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** By logical id without its hash: `BucketEvents`, `BucketFunctionRole`. */
  readonly resources: Readonly<Record<string, Resource>>;
  /** Ids of all resources of a type, sorted. */
  ofType(type: string): string[];
  /** Properties of one resource. */
  properties(id: string): Readonly<Record<string, unknown>>;
}

/**
 * Synthesizes the hub's stack with plain CDK; builds the functions' bundles if they are missing.
 */
export async function synthesize(options: Partial<Options> = {}, region = "eu-west-1"): Promise<Hub> {
  if (
    !["backfill", "bucket", "object", "policy", "sweep"].every((name) => existsSync(`dist/functions/${name}/index.mjs`))
  )
    await buildFunctions();
  const app = new App({ context: { "aws:cdk:disable-asset-staging": true } });
  const stack = new Stack(app, "Hub", { env: { account: "111122223333", region } });
  const outputs = hub(stack, "test", { ...DEFAULTS, ...options });
  const template = Template.fromStack(stack).toJSON();
  const found = template.Resources as Record<string, Resource>;
  const ids = new Map(Object.keys(found).map((id) => [id, id.replace(/[0-9A-F]{8}$/, "")]));
  const resources = Object.fromEntries(
    Object.entries(found).map(([id, resource]) => [ids.get(id) ?? id, named(resource, ids) as Resource]),
  );
  return {
    app,
    stack,
    template,
    outputs,
    resources,
    ofType: (type) =>
      Object.keys(resources)
        .filter((id) => resources[id]?.Type === type)
        .sort(),
    properties: (id) => {
      const resource = resources[id];
      if (resource === undefined) throw new Error(`there is no ${id} among ${Object.keys(resources).join(", ")}`);
      return resource.Properties;
    },
  };
}

// --- internal ---

const DEFAULTS = optionsOf({ BUCKETSEAL_OBJECTS: "on" });

/**
 * A template with its functions resolved: `{"Fn::GetAtt": ["BucketEvents1A2B3C4D", "Arn"]}` is
 * `BucketEvents.Arn`.
 */
function named(node: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(node)) return node.map((item) => named(item, ids));
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node);
  const [name, value] = entries[0] ?? [];
  if (entries.length === 1 && name === "Ref") return ids.get(value as string) ?? (value as string);
  if (entries.length === 1 && name === "Fn::GetAtt") {
    const [id, attribute] = value as [string, string];
    return `${ids.get(id) ?? id}.${attribute}`;
  }
  if (entries.length === 1 && name === "Fn::Join") {
    const [separator, parts] = value as [string, unknown[]];
    return parts.map((part) => named(part, ids)).join(separator);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, named(item, ids)]));
}
