"""KMS's own responses: dry runs, "not found", keys of other accounts, keys pending deletion.

https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html (DryRun),
https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html,
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html;
codes and texts: docs/aws-behaviour.md 5.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ..call import Answer, Call
from ..errors import error_of, service_error
from ..inner import inner_request
from .keys import find_key
from ..iam.permissions import denial
from .managed_key import ALIAS

_DRY = "The request would have succeeded, but the DryRun option is set."
_KEY_ID = re.compile(r"(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_NOT_WHEN_DELETED = (
    "EnableKey",
    "DisableKey",
    "EnableKeyRotation",
    "ScheduleKeyDeletion",
    "CreateAlias",
    "UpdateAlias",
    "PutKeyPolicy",
)
_ACROSS_ACCOUNTS = (
    "CreateGrant",
    "DescribeKey",
    "Encrypt",
    "Decrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GetPublicKey",
    "ListGrants",
    "RetireGrant",
    "RevokeGrant",
)


#: "Cross-account use: No", says the page of each; the error's words are not documented.
_NEVER_ACROSS = ("CancelKeyDeletion", "DisableKey", "EnableKey", "GetKeyPolicy", "PutKeyPolicy", "ScheduleKeyDeletion")


async def before(call: Call) -> Answer | None:
    """Takes DryRun off the request; responds for other accounts' keys and for keys pending
    deletion.
    """
    if call.service != "kms":
        return None
    request = _json(call.body)
    if request.pop("DryRun", False):
        call.state["dry_run"] = True
        call.body = json.dumps(request).encode()
    named = str(request.get("KeyId") or request.get("TargetKeyId") or "")
    owner = _owner(named)
    if owner and owner != call.account and call.api in _ACROSS_ACCOUNTS:
        return await _across_accounts(call, named, owner)
    if owner and owner != call.account and call.api in _NEVER_ACROSS:
        return service_error(call, 400, "AccessDeniedException", _never(call, named))
    if call.api in _ACROSS_ACCOUNTS and _is_nowhere(call, named):
        return service_error(call, 400, "NotFoundException", not_found(named, call.account, call.region))
    if call.api in _NOT_WHEN_DELETED:
        key = find_key(call.account, call.region, named)
        if key and key["KeyState"] == "PendingDeletion" and denial(call, f"kms:{call.api}", key["Arn"]) is None:
            return service_error(call, 400, "KMSInvalidStateException", f"{key['Arn']} is pending deletion.")
    return None


async def after(call: Call, answer: Answer) -> Answer:
    """Turns a dry run's success into its error, and MiniStack's "not found" into AWS's."""
    if call.service != "kms":
        return answer
    if call.state.get("dry_run") and answer.ok():
        return service_error(call, 400, "DryRunOperationException", _DRY)
    error = error_of(call, answer)
    if error is None or error[0] != "NotFoundException":
        return answer
    request = _json(call.body)
    named = next((str(request[name]) for name in ("KeyId", "TargetKeyId", "AliasName") if request.get(name)), "")
    if call.api == "UpdateAlias" and find_key(call.account, call.region, str(request.get("TargetKeyId"))):
        named = str(request.get("AliasName"))
    return service_error(call, 400, "NotFoundException", not_found(named, call.account, call.region))


def not_found(named: str, account: str, region: str) -> str:
    """KMS's error for a missing key or alias."""
    if named.startswith("arn:"):
        parts = named.split(":", 5)
        if len(parts) < 6 or parts[3] != region:
            return f"Invalid arn {parts[3] if len(parts) > 3 else named}"
        full, what = named, parts[5]
    else:
        what = named if named.startswith("alias/") else f"key/{named}"
        full = f"arn:aws:kms:{region}:{account}:{what}"
    if what.startswith("alias/"):
        return f"Alias {full} is not found."
    if not _KEY_ID.fullmatch(what.removeprefix("key/")):
        return f"Invalid keyId '{named}'"
    return f"Key '{full}' does not exist"


# --- internal ---


async def _across_accounts(call: Call, named: str, owner: str) -> Answer:
    """Identity policy and key policy must both allow; then the call is made in the key's account.
    """
    region = named.split(":")[3]
    key = find_key(owner, region, named) if region == call.region else None
    if key is None:
        return service_error(call, 400, "NotFoundException", not_found(named, owner, call.region))
    refused = denial(call, f"kms:{call.api}", key["Arn"])
    if refused:
        return service_error(call, 400, "AccessDeniedException", refused)
    headers: dict[str, str] = {
        name: call.headers[name] for name in ("x-amz-target", "content-type") if name in call.headers
    }
    return await inner_request(call, headers=headers, body=call.body, account=owner)


def _never(call: Call, named: str) -> str:
    return f"User: {call.principal} is not authorized to perform: kms:{call.api} on resource: {named}"


def _is_nowhere(call: Call, named: str) -> bool:
    """Whether "not found" comes before any permission check: an ARN of another Region, or a missing
    alias.

    AWS's own resource type for aliases relies on the latter: a caller without permissions is
    refused only where the alias exists
    (github.com/aws-cloudformation/aws-cloudformation-resource-providers-kms, pull request 60).
    """
    if named.startswith("arn:") and named.split(":", 5)[3] != call.region:
        return True
    alias = named.split(":", 5)[-1]
    if not alias.startswith("alias/") or alias == ALIAS:
        return False
    return find_key(call.account, call.region, named) is None


def _owner(named: str) -> str | None:
    parts = named.split(":", 5)
    return parts[4] if named.startswith("arn:") and len(parts) == 6 else None


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
