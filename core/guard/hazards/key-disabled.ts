import { clear, hazard } from "#core/guard/hazard";
import { keyHazard } from "#core/guard/key-hazard";
import { safe } from "#core/safe";

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
export const keyDisabled = keyHazard(
  "key-disabled",
  {
    breaks: "Uploads are refused, and what is already under the key cannot be read, as long as the key is not enabled.",
    seen: "The `KeyState` of `DescribeKey`: anything but `Enabled`, a pending deletion above all.",
    fix: "Enable the key again or cancel its deletion, or declare another key.",
  },
  (key) =>
    key.state === "Enabled"
      ? clear
      : hazard("key-disabled", `the declared key ${key.arn} is in state ${safe(key.state)}`),
);
