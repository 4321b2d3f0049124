"""The source of a copy: which object it is and whether it may and can be read.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html; docs/aws-behaviour.md 4.2
and 4.4. Of several failing source conditions the first in AWS's order is reported; they come
before the kms:Decrypt of the source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from ministack.services import s3

from ...call import Call
from ..objects.conditional_writes import failed
from ..encryption.encryption import CUSTOMER_MD5, encryption_of
from ..objects.reads import decrypt, find_record
from ..seams import Refusal, Response, around, calling

LARGEST = 5 * 1024**3
#: In a bucket's record: the size of the largest source of one CopyObject from it, if it is less.
COPY_LIMIT = "copy_limit"
_ARCHIVED = ("GLACIER", "DEEP_ARCHIVE")
_NEEDS_KEY = (
    "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve"
    " the object."
)
_CONDITIONS = ("if-match", "if-unmodified-since", "if-none-match", "if-modified-since")


@dataclass(frozen=True)
class CopySource:
    bucket: str
    key: str
    version: str | None


def copy_source(headers: dict[str, str]) -> CopySource | None:
    """The object in `x-amz-copy-source`, or None if it is malformed."""
    path, _, query = headers.get("x-amz-copy-source", "").lstrip("/").partition("?")
    bucket, _, key = unquote(path).partition("/")
    version = parse_qs(query).get("versionId", [None])[0]
    return CopySource(bucket, key, version) if bucket and key else None


def source_record(source: CopySource) -> dict[str, Any] | None:
    """The source's record; None if there is none. Raises Refusal for a delete marker named by its
    version.
    """
    record = find_record(source.bucket, source.key, source.version)
    if record is not None and record.get("is_delete_marker"):
        message = "The source of a copy request may not specifically refer to a delete marker by version id."
        raise Refusal(400, "InvalidRequest", message)
    return record


def note_source_read(call: Call | None, source: CopySource) -> None:
    """Records the permission to read the source, which MiniStack has checked."""
    action = "s3:GetObjectVersion" if source.version else "s3:GetObject"
    if call is not None and action not in call.implied:
        call.implied.append(action)


def judge_size(source: CopySource, record: dict[str, Any]) -> None:
    """Refuses a source that is too large for one CopyObject. Raises Refusal."""
    largest = (s3._buckets.get(source.bucket) or {}).get(COPY_LIMIT, LARGEST)
    if record["size"] > largest:
        message = f"The specified copy source is larger than the maximum allowable size for a copy source: {largest}"
        raise Refusal(400, "InvalidRequest", message)


@around("_check_sse_c_copy_source")
def check_source(inner: Any, headers: dict[str, str], record: dict[str, Any]) -> Response | None:
    """MiniStack calls this first for a source it found, in CopyObject and UploadPartCopy."""
    storage_class = record.get("storage_class") or "STANDARD"
    if storage_class in _ARCHIVED and not _restored(record):
        message = "Operation is not valid for the source object's storage class"
        return Refusal(403, "InvalidObjectState", message, StorageClass=storage_class).response()
    refused = inner(headers, record)
    if refused is not None and (record.get("preserved_headers") or {}).get(CUSTOMER_MD5):
        return Refusal(400, "InvalidRequest", _NEEDS_KEY).response()
    return refused


@around("_check_copy_source_preconditions")
def check_source_conditions(inner: Any, headers: dict[str, str], record: dict[str, Any]) -> Response | None:
    refused = inner(headers, record)
    if refused is not None:
        return failed(f"x-amz-copy-source-{_first_failing(inner, headers, record)}").response()
    source = copy_source(headers)
    try:
        if source is not None:
            decrypt(calling.get(), source.bucket, source.key, encryption_of(record))
    except Refusal as refusal:
        return refusal.response()
    return None


# --- internal ---


def _first_failing(inner: Any, headers: dict[str, str], record: dict[str, Any]) -> str:
    """Which condition fails: each is checked alone."""
    for name in _CONDITIONS:
        header = f"x-amz-copy-source-{name}"
        if header in headers and inner({header: headers[header]}, record) is not None:
            return name
    return _CONDITIONS[0]


def _restored(record: dict[str, Any]) -> bool:
    return bool(record.get("restore")) and s3._sync_restore("", "", record) == "restored"
