"""When a copy of an object onto itself is legal: it must change something.

docs/aws-behaviour.md 4.1. Two captures disagree about a storage class that the copy would
silently change back to STANDARD (a versioned bucket allowed it, an unversioned one did not):
each is followed in its own case.
"""

from __future__ import annotations

from typing import Any

from ministack.services import s3

from ..encryption.bucket_encryption import bucket_rule, has_own_rule
from .copy_source import CopySource
from ..encryption.encryption import CUSTOMER_ALGORITHM, SSE, encryption_of
from ..seams import Refusal

_CHANGES = ("x-amz-storage-class", "x-amz-website-redirect-location", SSE, CUSTOMER_ALGORITHM)
_ILLEGAL = (
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's"
    " metadata, storage class, website redirect location or encryption attributes."
)


def judge_in_place(source: CopySource, record: dict[str, Any], bucket: str, key: str, headers: dict[str, str]) -> None:
    """Refuses a copy onto itself that changes nothing. Raises Refusal."""
    if (source.bucket, source.key) != (bucket, key) or source.version is not None:
        return
    if headers.get("x-amz-metadata-directive", "COPY").upper() == "REPLACE":
        return
    if any(headers.get(name) for name in _CHANGES):
        return
    if has_own_rule(bucket) or encryption_of(record).algorithm != bucket_rule(bucket).algorithm:
        return
    versioned = s3._bucket_versioning.get(bucket) == "Enabled"
    if versioned and (record.get("storage_class") or "STANDARD") != "STANDARD":
        return
    raise Refusal(400, "InvalidRequest", _ILLEGAL)
