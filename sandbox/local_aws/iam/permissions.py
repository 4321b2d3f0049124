"""A caller's permissions, evaluated by MiniStack's own IAM.

Identity policies, permissions boundary, session policies and, where the resource has one, its
own policy are combined as
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html says; a
key policy must allow even its own account.
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_actions, iam_evaluator as iam
from ministack.core.iam_actions import identity_denial_message
from ministack.core.responses import request_scope

from ..buckets import bucket_owner
from ..call import Call

_EVERYTHING = [iam.parse_policy_document({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})]


def denial(call: Call, action: str, resource: str, context: dict[str, Any] | None = None) -> str | None:
    """AWS's message if the caller may not do ``action`` on ``resource`` (an ARN), else None."""
    with request_scope(call.account, call.region):
        principal = iam.resolve_principal(call.access_key or "", call.account)
        if isinstance(principal, iam.AuthError):
            return principal.message
        service = action.split(":", 1)[0]
        found = _policy_of(service, resource)
        if principal.policies is None and (found is None or found[1] == principal.account):
            return None
        keys = {name.lower(): value for name, value in (context or {}).items()}
        keys.setdefault("aws:tagkeys", None)
        request = iam.EvalContext(
            principal_arn=principal.arn,
            principal_type=principal.type,
            principal_account=principal.account,
            action=action,
            resource_arn=resource,
            region=call.region,
            secure_transport=True,
            service_context=keys,
            principal_keys=principal.keys,
        )
        policies = _EVERYTHING if principal.policies is None else principal.policies
        result = iam.evaluate(request, policies, *principal.limits)
        if found is not None:
            required = service in iam._POLICY_REQUIRED
            result = iam.combine_resource_policy(result, request, *found, required=required, limits=principal.limits)
    if result.decision == "Allow":
        return None
    explicit = result.decision == "Deny"
    if explicit and result.resource_policy_arn:
        return str(iam_actions._resource_policy_denial(service, action, principal.arn, result.resource_policy_arn))
    return identity_denial_message(action, principal.arn, resource, explicit)


def allowed(call: Call, action: str, resource: str, context: dict[str, Any] | None = None) -> bool:
    """Whether the caller may do ``action`` on ``resource``."""
    return denial(call, action, resource, context) is None


def implied(call: Call, action: str, resource: str, context: dict[str, Any] | None = None) -> bool:
    """Like ``allowed``, for a permission the call needs besides its own: recorded for the call log.
    """
    if action not in call.implied:
        call.implied.append(action)
    return allowed(call, action, resource, context)


def _policy_of(service: str, resource: str) -> tuple | None:
    """The resource's policy and owner, looked up in the account its ARN names (for a bucket: its
    owner's).
    """
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return None
    owner = parts[4] if parts[4].isdigit() else bucket_owner(parts[5].split("/", 1)[0]) if service == "s3" else None
    if owner is None:
        return None
    with request_scope(owner, parts[3] or "us-east-1"):
        return iam._resource_policy(service, resource)
