"""The caller of a call: its ARN and the ``userIdentity`` of CloudTrail.

Shapes: docs/aws-behaviour.md 6.5 (captured on AWS, September 2026) and
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import _account_from_sts_session, get_account_id
from ministack.services import iam, sts

_TWELVE = re.compile(r"\d{12}")


@dataclass(frozen=True)
class Caller:
    """The account, ARN and CloudTrail identity behind an access key."""

    account: str
    principal: str | None = None
    identity: dict[str, Any] = field(default_factory=dict)
    function: str | None = None


def caller(access_key: str, region: str) -> Caller:
    """Resolves an access key; an unknown one belongs to the default account and has no principal.
    """
    account = _account(access_key)
    credential = iam_evaluator.resolve_credential(access_key, account) if access_key else None
    if not isinstance(credential, iam_evaluator.ResolvedCredential):
        return Caller(account)
    arn = credential.principal_arn
    base: dict[str, Any] = {"arn": arn, "accountId": account, "accessKeyId": access_key}
    if credential.principal_type == "Root":
        return Caller(account, arn, {"type": "Root", "principalId": account, **base})
    if credential.principal_type != "AssumedRole":
        user = {"type": "IAMUser", "principalId": credential.principal_id, **base}
        return Caller(account, arn, {**user, "userName": credential.principal_name})
    return _role_session(access_key, account, region, arn, base)


def role_arn(session_arn: str) -> str:
    """The ARN of the role behind an assumed-role session's ARN, with the role's path."""
    parts = session_arn.split(":")
    name = parts[5].split("/")[1]
    role = iam._roles.get_scoped(parts[4], None, name) or {}
    return str(role.get("Arn") or f"arn:aws:iam::{parts[4]}:role/{name}")


# --- internal ---


def _account(access_key: str) -> str:
    if _TWELVE.fullmatch(access_key or ""):
        return access_key
    try:
        owner = iam_evaluator.find_iam_access_key_account(access_key)
    except iam_evaluator.AmbiguousAccessKeyError:
        owner = None
    return owner or _account_from_sts_session(access_key) or get_account_id()


def _role_session(access_key: str, account: str, region: str, arn: str, base: dict[str, Any]) -> Caller:
    _, role_name, session_name = arn.split(":", 5)[5].split("/", 2)
    role = iam._roles.get_scoped(account, None, role_name) or {}
    role_id = str(role.get("RoleId") or f"AROA{role_name.upper()[:17]}")
    issued = (sts._sessions.get(access_key) or {}).get("IssuedAt", 0)
    created = datetime.fromtimestamp(issued, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    issuer = {
        "type": "Role",
        "principalId": role_id,
        "arn": role_arn(arn),
        "accountId": account,
        "userName": role_name,
    }
    identity = {
        "type": "AssumedRole",
        "principalId": f"{role_id}:{session_name}",
        **base,
        "sessionContext": {
            "sessionIssuer": issuer,
            "attributes": {"creationDate": created, "mfaAuthenticated": "false"},
        },
    }
    return Caller(account, arn, identity, _function(account, region, role_name, session_name))


def _function(account: str, region: str, role_name: str, session_name: str) -> str | None:
    """A Lambda function's session carries the function's name and the function's role."""
    from ministack.services import lambda_svc

    record = lambda_svc._functions.get_scoped(account, region, session_name)
    config = (record or {}).get("config") or {}
    return session_name if str(config.get("Role", "")).endswith(f"/{role_name}") else None
