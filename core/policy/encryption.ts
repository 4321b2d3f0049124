import * as z from "zod";
import { algorithms } from "#core/encryption";
import { awsManaged } from "#core/key/template";
import { fields, must } from "./fields.ts";

/**
 * A rule's declaration of a bucket's default encryption. Only what is declared is compared.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionRule.html
 */
export const encryptionSchema = fields("encryption", {
  algorithm: z
    .enum(algorithms, must("algorithm", "AES256, aws:kms or aws:kms:dsse"))
    .optional()
    .describe("AES256 (SSE-S3), aws:kms (SSE-KMS) or aws:kms:dsse (two layers of SSE-KMS), from weak to strong."),
  key: z
    .string(must("key", "a name from `keys`, or `aws-managed`"))
    .min(1, must("key", "a name from `keys`, or `aws-managed`"))
    .optional()
    .describe("A name from `keys`, or `aws-managed` for S3's AWS managed key (alias/aws/s3)."),
  bucketKey: z
    .boolean(must("bucketKey", "true or false"))
    .optional()
    .describe("Whether the S3 bucket key is on: up to 99 % fewer calls to KMS. Only with aws:kms."),
  blockSseC: z
    .boolean(must("blockSseC", "true or false"))
    .optional()
    .describe("true: uploads with customer-provided keys (SSE-C) are blocked. false: they are allowed."),
  keyForm: z
    .enum(["absolute", "any"], must("keyForm", "absolute or any"))
    .default("absolute")
    .describe(
      "absolute: a bucket that names its key by key id or alias name is a violation, since AWS resolves these in the uploader's account. any: such references are accepted.",
    ),
})
  .superRefine((declared, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: field === "" ? [] : [field], message });
    const { algorithm, key, bucketKey, blockSseC, keyForm } = declared;
    if (algorithm === undefined && key === undefined && bucketKey === undefined && blockSseC === undefined) {
      refuse("", "encryption declares nothing; declare at least one of algorithm, key, bucketKey and blockSseC");
    }
    if (key === undefined && (algorithm === "aws:kms" || algorithm === "aws:kms:dsse")) {
      refuse(
        "algorithm",
        `${algorithm} needs a key; name one from \`keys\`, or set \`key: ${awsManaged}\` for S3's AWS managed key`,
      );
    }
    if (key !== undefined && algorithm === undefined) {
      refuse("key", "key needs an algorithm; declare `algorithm: aws:kms` or `algorithm: aws:kms:dsse` beside it");
    }
    if (key !== undefined && algorithm === "AES256") {
      refuse("key", "key cannot be combined with AES256, which has no KMS key; remove `key` or declare aws:kms");
    }
    if (bucketKey !== undefined && algorithm === "AES256") {
      refuse(
        "bucketKey",
        "bucketKey cannot be combined with AES256, which never calls KMS; remove `bucketKey` or declare aws:kms",
      );
    }
    if (bucketKey !== undefined && algorithm === "aws:kms:dsse") {
      refuse(
        "bucketKey",
        "bucketKey cannot be combined with aws:kms:dsse: S3 never uses a bucket key for it; remove `bucketKey`",
      );
    }
    if (keyForm === "any" && key === undefined) {
      refuse("keyForm", "keyForm has no effect without a key; remove `keyForm` or declare `key`");
    }
  })
  .describe("What the bucket's default encryption must be. What is not declared is neither compared nor changed.");
