"""CloudTrail's record of a change to a KMS key or alias.

docs/aws-behaviour.md 6.3, and
https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from ..call import Answer, Call
from ..kms.keys import key_arn

WRITES = frozenset(
    {
        "CancelKeyDeletion",
        "CreateAlias",
        "CreateKey",
        "DeleteAlias",
        "DisableKey",
        "DisableKeyRotation",
        "EnableKey",
        "EnableKeyRotation",
        "PutKeyPolicy",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateKeyDescription",
    }
)
_ANSWERED = ("DisableKey", "EnableKey", "CancelKeyDeletion", "ScheduleKeyDeletion")


def request_parameters(call: Call) -> dict[str, Any] | None:
    """The JSON request with lowercase first letters."""
    return _lower(_json(call.body)) or None


def response_elements(call: Call, answer: Answer) -> dict[str, Any] | None:
    """``responseElements``; of a scheduled deletion with its date in ISO 8601."""
    if not answer.ok() or call.api not in (*_ANSWERED, "CreateKey"):
        return None
    found = _lower(_json(answer.body))
    arn = key_arn(call.account, call.region, str(_json(call.body).get("KeyId", "")))
    if call.api in _ANSWERED and arn:
        found["keyId"] = arn
    if call.api == "ScheduleKeyDeletion":
        found["pendingWindowInDays"] = _json(call.body).get("PendingWindowInDays", 30)
    if "deletionDate" in found:
        moment = datetime.fromtimestamp(float(found["deletionDate"]), timezone.utc)
        found["deletionDate"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return found or None


def resources(call: Call, answer: Answer) -> list[dict[str, str]] | None:
    """The key, and for alias calls the alias."""
    request = _json(call.body)
    named = str(request.get("KeyId") or request.get("TargetKeyId") or request.get("AliasName") or "")
    arn = key_arn(call.account, call.region, named) or _json(answer.body).get("KeyMetadata", {}).get("Arn")
    found = []
    if request.get("AliasName"):
        alias = f"arn:aws:kms:{call.region}:{call.account}:{request['AliasName']}"
        found.append({"accountId": call.account, "type": "AWS::KMS::Alias", "ARN": alias})
    if arn:
        found.append({"accountId": arn.split(":")[4], "type": "AWS::KMS::Key", "ARN": arn})
    return found or None


# --- internal ---


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _lower(document: dict[str, Any]) -> dict[str, Any]:
    return {
        name[:1].lower() + name[1:]: _lower(value) if isinstance(value, dict) else value
        for name, value in document.items()
    }
