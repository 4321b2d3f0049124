import type { Permission } from "#aws/permission";

/** A permission as a statement of a plain template: what has `${…}` in it is filled in there. */
export function statement({ sid, actions, resources, conditions }: Permission): object {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: resources.map(filled),
    ...(conditions === undefined ? {} : { Condition: filledAll(conditions) }),
  };
}

// --- internal ---

/** The values of conditions, with account and partition filled in. */
function filledAll(conditions: NonNullable<Permission["conditions"]>): object {
  const each = (values: Readonly<Record<string, string | readonly string[]>>) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        typeof value === "string" ? filled(value) : value.map(filled),
      ]),
    );
  return Object.fromEntries(Object.entries(conditions).map(([operator, values]) => [operator, each(values)]));
}

const filled = (text: string): unknown => (text.includes("$") ? { "Fn::Sub": text } : text);
