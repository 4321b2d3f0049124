"""``aws:PrincipalArn`` of a role's session is the role's ARN, never the session's.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
MiniStack compares the session's.
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator

from .identity import role_arn


def install() -> None:
    """Replaces MiniStack's resolver of condition keys."""
    resolve = iam_evaluator._resolve_condition_key

    def key(name: str, context: iam_evaluator.EvalContext) -> Any:
        if name.lower() == "aws:principalarn" and ":assumed-role/" in context.principal_arn:
            return role_arn(context.principal_arn)
        return resolve(name, context)

    iam_evaluator._resolve_condition_key = key
