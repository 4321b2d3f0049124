"""Grants allow what they say to whom they say, without any policy.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html and
https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html: grantee, operation
and constraints must fit; a Deny anywhere still denies, and what limits the caller (a boundary, a
session's policies) still limits. From another account the caller's identity policy must allow too:
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
MiniStack keeps grants and asks nobody for them.
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator
from ministack.services import kms

from ..iam.identity import role_arn

_CONTEXT = "kms:encryptioncontext:"


def install() -> None:
    """Wraps MiniStack's combination of identity and resource policies."""
    combine = iam_evaluator.combine_resource_policy

    def combined(
        identity: iam_evaluator.EvalResult,
        ctx: iam_evaluator.EvalContext,
        policy: Any,
        owner_account: str | None,
        required: bool = False,
        limits: Any = (),
    ) -> iam_evaluator.EvalResult:
        result = combine(identity, ctx, policy, owner_account, required=required, limits=limits)
        if result.decision != "ImplicitDeny" or not ctx.action.startswith("kms:"):
            return result
        at_home = owner_account in (None, ctx.principal_account)
        within = all(iam_evaluator.evaluate(ctx, layer).decision == "Allow" for layer in limits)
        if within and (at_home or identity.decision == "Allow") and _granted(ctx):
            return iam_evaluator.EvalResult("Allow", ctx.principal_arn, "", "Grant")
        return result

    iam_evaluator.combine_resource_policy = combined


# --- internal ---


def _granted(ctx: iam_evaluator.EvalContext) -> bool:
    grants = [grant for grant in kms._grants._data.values() if grant["KeyId"] == ctx.resource_arn]
    return any(_fits(grant, ctx) for grant in grants)


def _fits(grant: dict[str, Any], ctx: iam_evaluator.EvalContext) -> bool:
    arn = ctx.principal_arn
    grantees = {arn, role_arn(arn)} if ":assumed-role/" in arn else {arn}
    if grant["GranteePrincipal"] not in grantees or ctx.action.removeprefix("kms:") not in grant["Operations"]:
        return False
    constraints = grant.get("Constraints") or {}
    given = {
        name[len(_CONTEXT) :]: str(value)
        for name, value in ctx.service_context.items()
        if name.lower().startswith(_CONTEXT)
    }
    equal, subset = constraints.get("EncryptionContextEquals"), constraints.get("EncryptionContextSubset")
    return (not equal or _folded(equal) == given) and (not subset or _folded(subset).items() <= given.items())


def _folded(pairs: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in pairs.items()}
