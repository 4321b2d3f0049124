import { clear, hazard } from "#core/guard/hazard";
import { keyHazard } from "#core/guard/key-hazard";
import { safe } from "#core/safe";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
export const keyNotSymmetric = keyHazard(
  "key-not-symmetric",
  {
    breaks: "S3 uses symmetric encryption keys only: every upload under an asymmetric or an HMAC key is refused.",
    seen: "The `KeySpec` and `KeyUsage` of `DescribeKey`.",
    fix: "Declare a symmetric encryption key (`SYMMETRIC_DEFAULT`, `ENCRYPT_DECRYPT`).",
  },
  (key) => {
    if (key.spec === "SYMMETRIC_DEFAULT" && key.usage === "ENCRYPT_DECRYPT") return clear;
    const text = `the declared key ${key.arn} is ${safe(key.spec)} for ${safe(key.usage)}, and S3 needs a symmetric encryption key`;
    return hazard("key-unusable", text);
  },
);
