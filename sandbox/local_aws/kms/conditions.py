"""KMS's condition keys of a call that somebody makes directly: context, caller and grant.

https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html. MiniStack knows none;
S3's own calls to KMS have theirs from S3. ``kms:ViaService`` is absent here, as on AWS.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_actions
from ministack.core.responses import get_account_id


def install() -> None:
    """Wraps MiniStack's condition keys of a request."""
    others = iam_actions.request_tag_context

    def context(service: str, action: str, body: bytes, query: dict) -> dict[str, Any]:
        found = others(service, action, body, query)
        return {**found, **_keys(body)} if service == "kms" else found

    iam_actions.request_tag_context = context


# --- internal ---


def _keys(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return {}
    pairs = request.get("EncryptionContext") or {}
    keys: dict[str, Any] = {f"kms:EncryptionContext:{name}": str(value) for name, value in pairs.items()}
    if pairs:
        keys["kms:EncryptionContextKeys"] = list(pairs)
    if request.get("Operations"):
        keys["kms:GrantOperations"] = request["Operations"]
    if request.get("GranteePrincipal"):
        keys["kms:GranteePrincipal"] = request["GranteePrincipal"]
    return {**keys, "kms:CallerAccount": get_account_id()}
