"""A service that calls as itself: a resource's policy must name it, since it has no other.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_region


@dataclass(frozen=True)
class Sender:
    """The service that calls, and the resource that it calls for."""

    service: str
    source_arn: str
    source_account: str


def decision(sender: Sender, policy: Any, action: str, resource: str, context: dict[str, Any] | None = None) -> str:
    """``Allow``, ``Deny`` or ``ImplicitDeny`` by the resource's policy, in the Region in scope."""
    keys = {
        **{name.lower(): value for name, value in (context or {}).items()},
        "aws:sourcearn": sender.source_arn,
        "aws:sourceaccount": sender.source_account,
        "aws:principalisawsservice": "true",
        "aws:principalservicename": sender.service,
    }
    request = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=resource,
        region=get_region(),
        secure_transport=True,
        service_context=keys,
    )
    found = iam_evaluator.evaluate_resource_policy(policy or {}, request, service=sender.service)
    return str(found.decision)
