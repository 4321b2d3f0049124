"""Roles that a service assumes to act for a bucket, a schedule and the like.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html
"""

from __future__ import annotations

import hashlib

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam, sts

from .identity import caller
from ..call import Call


def trusts(role_arn: str, service: str) -> bool:
    """Whether the role is there, in the account in scope, and lets the service assume it."""
    role = iam._roles.get_scoped(get_account_id(), None, role_arn.rsplit("/", 1)[-1])
    if role is None:
        return False
    context = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="sts:AssumeRole",
        resource_arn=role_arn,
        region=get_region(),
        secure_transport=True,
        service_context={
            "aws:sourceaccount": get_account_id(),
            "aws:principalisawsservice": "true",
            "aws:principalservicename": service,
        },
    )
    trust = role.get("AssumeRolePolicyDocument", "{}")
    return iam_evaluator.evaluate_resource_policy(trust, context, service=service).decision == "Allow"


def session_call(role_arn: str, session_name: str, service: str, api: str) -> Call:
    """A call as a session of the role, in the account and Region in scope.

    ``state["secret"]`` is its secret key and its token, for a client of its own.
    """
    account, name = get_account_id(), role_arn.rsplit("/", 1)[-1]
    digest = hashlib.sha256(f"{session_name}:{role_arn}".encode()).hexdigest()
    key = f"ASIA{digest[:16].upper()}"
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session_name}",
        "UserId": f"{name}:{session_name}",
        "SecretAccessKey": digest,
        "SessionToken": digest,
    }
    sts.register_session(key, session)
    call = Call("POST", "/", {}, {}, b"", service, api, account=account, region=get_region())
    who = caller(key, call.region)
    call.principal, call.identity, call.access_key = who.principal, who.identity, key
    call.state["secret"] = digest
    return call
