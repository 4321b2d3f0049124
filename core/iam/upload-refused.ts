import type { PolicyDocument } from "./document.ts";
import { otherEncryptions, refusalBy, type UploadEncryption } from "./upload-conditions.ts";

/** Why a bucket policy would refuse uploads under a new default encryption. */
export interface RefusedUpload {
  /** The statement that refuses them, or no longer allows them. */
  readonly by: string;
  /**
   * `default`: uploads that say nothing about encryption, which pass today. `declared`: uploads
   * that ask for the declared encryption, while the statement lets others pass.
   */
  readonly upload: "default" | "declared";
  /** Whether they would surely be refused; else that cannot be told. */
  readonly isSure: boolean;
}

/**
 * Which statements of a bucket policy would refuse uploads under the declared default encryption,
 * or require another one. One answer a statement; conditions on anything but encryption are taken
 * to hold, since somebody meets them.
 *
 * @param today - the bucket\'s default encryption now
 * @param owner - the bucket's account: an Allow cannot restrict its own users
 */
export function wouldRefuseUpload(
  policy: PolicyDocument,
  bucketArn: string,
  owner: string,
  today: UploadEncryption,
  declared: UploadEncryption,
): readonly RefusedUpload[] {
  return policy.statements.flatMap((statement): readonly RefusedUpload[] => {
    const refuses = refusalBy(statement, policy, bucketArn, owner);
    if (refuses === null) return [];
    const by = statement.name;
    const before = refuses({ ...today, isAsked: false });
    const after = refuses({ ...declared, isAsked: false });
    if (after !== "no" && before !== "yes") return [{ by, upload: "default", isSure: after === "yes" }];
    const asked = refuses({ ...declared, isAsked: true });
    // What refuses every upload that asks for an encryption leaves it to the default.
    const requiresOther = after !== "no" || otherEncryptions(statement).some((each) => refuses(each) === "no");
    return asked !== "no" && requiresOther ? [{ by, upload: "declared", isSure: asked === "yes" }] : [];
  });
}
