"""KMS keys in MiniStack's store."""

from __future__ import annotations

from typing import Any

from ministack.core.responses import request_scope
from ministack.services import kms


def find_key(account: str, region: str, named: str) -> dict[str, Any] | None:
    """The key behind an id, an alias name or an ARN of either, as seen from an account and Region,
    or None.
    """
    if named.startswith("arn:"):
        parts = named.split(":", 5)
        if len(parts) < 6:
            return None
        region, account, named = parts[3], parts[4], parts[5].removeprefix("key/")
    with request_scope(account, region):
        if named.startswith("alias/"):
            named = str(kms._aliases.get(f"arn:aws:kms:{region}:{account}:{named}") or "")
        found = kms._keys.get(named.removeprefix("key/"))
    return found if isinstance(found, dict) else None


def key_arn(account: str, region: str, named: str) -> str | None:
    """The ARN of the key behind ``named``, if there is one."""
    found = find_key(account, region, named)
    return str(found["Arn"]) if found else None
