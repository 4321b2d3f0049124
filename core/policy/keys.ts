import * as z from "zod";
import { parseKmsArn } from "#core/key/arn";
import { classifyKey, isKeyId } from "#core/key/spelling";
import { awsManaged, expandKey } from "#core/key/template";
import { entries, must } from "./fields.ts";

const name = must("a key's name", "1 to 64 lowercase letters, digits and hyphens");

const arn = must("a key", "a full ARN in quotes, such as arn:{partition}:kms:{region}:{account}:alias/s3-default");

const template = z.string(arn).superRefine((text, context) => {
  const fault = faultOf(text);
  if (fault !== null) context.addIssue({ code: "custom", message: fault });
});

/**
 * Names for keys. A template is a full key ARN or alias ARN that may contain the bucket's own
 * partition, account and Region.
 */
export const keysSchema = entries(
  "keys",
  "a mapping of names to key ARNs",
  z.string(name).regex(/^[a-z0-9-]{1,64}$/, name),
  template,
)
  .superRefine((keys, context) => {
    if (Object.hasOwn(keys, awsManaged)) {
      context.addIssue({
        code: "custom",
        path: [awsManaged],
        message: `the name ${awsManaged} is built in (alias/aws/s3); give this key another name`,
      });
    }
  })
  .default({})
  .describe("Names for keys, to be used in rules. {partition}, {account} and {region} are the bucket's own.");

// --- internal ---

function faultOf(text: string): string | null {
  const filled = expandKey(text, { partition: "aws", account: "000000000000", region: "us-east-1" });
  const placeholder = /\{[^{}]*\}/.exec(filled)?.[0];
  if (placeholder !== undefined)
    return `${placeholder} is not a placeholder; known: {partition}, {account} and {region}`;
  const spelling = classifyKey(filled);
  if (spelling === "key-id" || spelling === "alias-name") {
    return `${JSON.stringify(text)} is relative: AWS would resolve it in the uploader's account; ${example(spelling, text)}`;
  }
  const found = parseKmsArn(filled);
  if (found === null) return arn.error({ input: text });
  if (found.kind === "key" && !isKeyId(found.id))
    return `${JSON.stringify(text)} does not end in a key id (a UUID or mrk-…)`;
  if (found.kind === "alias" && found.id.startsWith("aws/")) {
    return `aliases under alias/aws/ are AWS managed keys; set \`key: ${awsManaged}\` in the rule to use the one for S3`;
  }
  return null;
}

function example(spelling: "key-id" | "alias-name", text: string): string {
  return `write the full ARN, arn:{partition}:kms:{region}:{account}:${spelling === "key-id" ? `key/${text}` : text}`;
}
