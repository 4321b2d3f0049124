"""The key that S3 keeps for a bucket with a bucket key, where a test asks for it (propagation.py).

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html: S3 asks KMS once for a
bucket-level key, for each requester, and uses it for a limited time without asking again. Until
then neither a permission that was taken away nor a key that was disabled is noticed.
"""

from __future__ import annotations

import time
from typing import Any

from ... import propagation
from ...call import Call

_kept: dict[tuple[str | None, ...], float] = {}


def is_kept(call: Call | None, action: str, key: str, context: dict[str, Any]) -> bool:
    """Whether S3 need not ask KMS."""
    return time.monotonic() < _kept.get(_name(call, action, key, context), 0)


def keep(call: Call | None, action: str, key: str, context: dict[str, Any]) -> None:
    """S3 asked, and keeps what it got if the object is under a bucket key."""
    arn = str(context.get("kms:EncryptionContext:aws:s3:arn", ""))
    if call is not None and arn and "/" not in arn:
        _kept[_name(call, action, key, context)] = propagation.seen_at(call.account, "bucketKeyMs")


# --- internal ---


def _name(call: Call | None, action: str, key: str, context: dict[str, Any]) -> tuple[str | None, ...]:
    arn = context.get("kms:EncryptionContext:aws:s3:arn")
    return (call.principal if call else None, action, key, arn)
