import type { Policy } from "#core/policy/policy";
import type { PolicyFinding } from "./finding.ts";

/**
 * Names of tags that no bucket or account can have, such as one with an invisible character: what
 * matches on them matches nothing. AWS takes letters, digits, spaces and `+ - = . _ : / @`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-managing.html
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_Tag.html
 */
export function checkTagNames({ rules, exemptions }: Policy): PolicyFinding[] {
  return Object.entries({ rules, exemptions }).flatMap(([list, entries]) =>
    entries.flatMap(({ id, match }, at) =>
      [
        { what: "bucket", tags: match.tags, path: ["match", "tags"] },
        { what: "bucket", tags: match.except?.tags, path: ["match", "except", "tags"] },
        { what: "account", tags: match.accountTags, path: ["match", "accountTags"] },
        { what: "account", tags: match.except?.accountTags, path: ["match", "except", "accountTags"] },
      ]
        .flatMap(({ what, tags, path }) =>
          Object.keys(tags ?? {}).map((name) => ({ what, name, path: [list, at, ...path, name] })),
        )
        .filter(({ name }) => !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(name))
        .map(({ what, name, path }): PolicyFinding => {
          const message = `no ${what} can have the tag ${JSON.stringify(name)}: a tag's name has letters, digits, spaces and + - = . _ : / @ only; write the name anew`;
          return { severity: "warning", path, rule: id, code: "tag-name", message };
        }),
    ),
  );
}
