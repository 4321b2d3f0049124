/**
 * The fields that differ between two plain documents, as `encryption.algorithm: "AES256", was
 * "aws:kms"`. A list is one value.
 */
export function fieldChanges(before: object, after: object): string[] {
  const old = leaves(before, "");
  const now = leaves(after, "");
  const paths = new Set([...now.keys(), ...old.keys()]);
  return [...paths].flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    return was === is ? [] : [`${path}: ${is ?? "not declared"}, was ${was ?? "not declared"}`];
  });
}

/** Whether two plain documents are equal, regardless of field order. */
export function sameFields(a: object, b: object): boolean {
  return fieldChanges(a, b).length === 0;
}

// --- internal ---

function leaves(value: object, path: string): Map<string, string> {
  const entries = Object.entries(value).flatMap(([name, inner]): [string, string][] => {
    const at = path === "" ? name : `${path}.${name}`;
    if (inner === undefined) return [];
    const isMapping = typeof inner === "object" && inner !== null && !Array.isArray(inner);
    return isMapping ? [...leaves(inner, at)] : [[at, JSON.stringify(inner)]];
  });
  return new Map(entries);
}
