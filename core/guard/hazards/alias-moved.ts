import { clear, hazard } from "#core/guard/hazard";
import { keyHazard } from "#core/guard/key-hazard";

/** The declared alias no longer names the key that the plan would write. */
export const aliasMoved = keyHazard(
  "alias-moved",
  {
    breaks: "Whoever may move an alias would choose the key of every bucket that it stands for.",
    seen: "`DescribeKey` of the declared alias right before the write names another key than the plan was made for.",
    fix: "Find out who moved the alias. If it was intended, accept the key it names now: `bucketseal policy accept-key`.",
  },
  (key, _, plan) => {
    const text = `the declared key ${plan.declaredKey} names ${key.arn} now, and the plan was made for ${plan.after?.key}`;
    return key.arn === plan.after?.key ? clear : hazard("alias-moved", text);
  },
);
