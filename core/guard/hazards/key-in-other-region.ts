import { clear, hazard } from "#core/guard/hazard";
import { keyHazard } from "#core/guard/key-hazard";
import { parseKmsArn } from "#core/key/arn";

/** S3 uses keys of the bucket's own Region only. */
export const keyInOtherRegion = keyHazard(
  "key-in-other-region",
  {
    breaks: "S3 uses keys of the bucket's own Region only: every upload is refused.",
    seen: "The Region in the ARN that `DescribeKey` answers.",
    fix: "Declare a key of the bucket's Region; write `{region}` in the policy's `keys` so that each bucket gets its own.",
  },
  (key, { ref }) => {
    const region = parseKmsArn(key.arn)?.region;
    const text = `the declared key ${key.arn} is not in ${ref.region}, where the bucket is`;
    return region === ref.region ? clear : hazard("key-other-region", text);
  },
);
