import type { Policy } from "#core/policy/policy";
import type { PolicyFinding } from "./finding.ts";

/**
 * Names of tags that no bucket can have, such as one with an invisible character: what matches on
 * them matches nothing. AWS takes letters, digits, spaces and `+ - = . _ : / @`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-managing.html
 */
export function checkTagNames({ rules, exemptions }: Policy): PolicyFinding[] {
  return Object.entries({ rules, exemptions }).flatMap(([list, entries]) =>
    entries.flatMap(({ id, match }, at) =>
      [
        { tags: match.tags, path: ["match", "tags"] },
        { tags: match.except?.tags, path: ["match", "except", "tags"] },
      ]
        .flatMap(({ tags, path }) => Object.keys(tags ?? {}).map((name) => [name, [list, at, ...path, name]] as const))
        .filter(([name]) => !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(name))
        .map(([name, path]): PolicyFinding => {
          const message = `no bucket can have the tag ${JSON.stringify(name)}: a tag's name has letters, digits, spaces and + - = . _ : / @ only; write the name anew`;
          return { severity: "warning", path, rule: id, code: "tag-name", message };
        }),
    ),
  );
}
