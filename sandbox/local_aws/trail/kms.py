"""CloudTrail's record of a change to a KMS key, alias or grant.

docs/aws-behaviour.md 6.3, and
https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html with its page
for each operation: RetireGrant names the grant in ``additionalEventData`` and has no
``requestParameters``, a grant's token is never recorded, and DeleteAlias still names the key in
``resources``.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from ministack.services import kms

from ..call import Answer, Call
from ..kms.keys import key_arn

WRITES = frozenset(
    {
        "CancelKeyDeletion",
        "CreateAlias",
        "CreateGrant",
        "CreateKey",
        "DeleteAlias",
        "DeleteImportedKeyMaterial",
        "DisableKey",
        "DisableKeyRotation",
        "EnableKey",
        "EnableKeyRotation",
        "ImportKeyMaterial",
        "PutKeyPolicy",
        "RetireGrant",
        "RevokeGrant",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateKeyDescription",
    }
)
_ANSWERED = (
    "CancelKeyDeletion",
    "CreateGrant",
    "DeleteImportedKeyMaterial",
    "DisableKey",
    "EnableKey",
    "ScheduleKeyDeletion",
)
_SECRET = ("GrantToken", "GrantTokens", "EncryptedKeyMaterial", "ImportToken")
_KEY, _GRANT = "trail_kms_key", "trail_kms_grant"


def note(call: Call) -> str:
    """Notes what the record says about a key that the call may take out of sight (an alias that is
    deleted, a grant that is retired); returns the account that the key belongs to.
    """
    request = _json(call.body)
    grant = _grant(request)
    named = str(request.get("KeyId") or request.get("TargetKeyId") or request.get("AliasName") or "")
    arn = key_arn(call.account, call.region, named) if named else grant and grant["KeyId"]
    call.state[_KEY] = arn
    call.state[_GRANT] = grant and grant["GrantId"]
    return str(arn).split(":")[4] if arn else call.account


def request_parameters(call: Call) -> dict[str, Any] | None:
    """The JSON request with lowercase first letters, without its secrets."""
    if call.api == "RetireGrant":
        return None
    found = _lower({name: value for name, value in _json(call.body).items() if name not in _SECRET})
    if call.api == "PutKeyPolicy":
        found = {"policyName": "default", **found}
        found.setdefault("bypassPolicyLockoutSafetyCheck", False)
    return found or None


def response_elements(call: Call, answer: Answer) -> dict[str, Any] | None:
    """``responseElements``; of a scheduled deletion with its date in ISO 8601."""
    if not answer.ok() or call.api not in (*_ANSWERED, "CreateKey"):
        return None
    found = _lower({name: value for name, value in _json(answer.body).items() if name not in _SECRET})
    arn = call.state.get(_KEY)
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
    arn = call.state.get(_KEY) or _json(answer.body).get("KeyMetadata", {}).get("Arn")
    found = []
    if request.get("AliasName"):
        alias = f"arn:aws:kms:{call.region}:{call.account}:{request['AliasName']}"
        found.append({"accountId": call.account, "type": "AWS::KMS::Alias", "ARN": alias})
    if arn:
        found.append({"accountId": arn.split(":")[4], "type": "AWS::KMS::Key", "ARN": arn})
    return found or None


def additional_data(call: Call) -> dict[str, Any] | None:
    """``additionalEventData``: the grant that is retired."""
    return {"grantId": call.state[_GRANT]} if call.api == "RetireGrant" and call.state.get(_GRANT) else None


# --- internal ---


def _grant(request: dict[str, Any]) -> dict[str, Any] | None:
    """The grant that RetireGrant names, by its token or id, in whatever account."""
    token, grant_id = request.get("GrantToken"), request.get("GrantId")
    grants = (grant for grant in kms._grants._data.values() if isinstance(grant, dict))
    return next((g for g in grants if g["GrantId"] == grant_id or token in g["_tokens"]), None)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _lower(document: dict[str, Any]) -> dict[str, Any]:
    """With lowercase first letters, but for the names inside an encryption context."""
    return {
        name[:1].lower() + name[1:]: _lower(value)
        if isinstance(value, dict) and not name.startswith("EncryptionContext")
        else value
        for name, value in document.items()
    }
