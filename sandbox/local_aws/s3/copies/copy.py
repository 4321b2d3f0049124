"""CopyObject: its conditions, when a copy onto itself is legal, and what a copy loses.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html; docs/aws-behaviour.md 4. A
copy never inherits the encryption, the storage class, the ACL, the website redirect or the lock
of its source; a multipart source becomes one part with an ordinary ETag and full-object
checksum; tags are kept and need their own permissions on both sides.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from ministack.services import s3

from ..objects.conditional_writes import judge_destination
from .copied import Copied, copied_record
from .copy_duration import as_read
from .copy_in_place import judge_in_place
from .copy_source import CopySource, copy_source, judge_size, note_source_read, source_record
from ..objects.implied import judge_headers, require
from ..encryption.object_encryption import writing
from ..seams import Refusal, Response, around, calling

_copying: ContextVar[Copied | None] = ContextVar("copying", default=None)
_ONLY_WITH_REPLACE = ("x-amz-tagging",)


@around("_copy_object")
def copy_object(inner: Any, bucket: str, key: str, headers: dict[str, str]) -> Response:
    source = copy_source(headers)
    if source is None or bucket not in s3._buckets:
        return inner(bucket, key, headers)
    _, invalid = s3._resolve_storage_class(headers)
    if invalid is not None:
        return invalid
    try:
        destination = s3._buckets[bucket]["objects"].get(key)
        with as_read(calling.get(), source):
            return _copied(inner, source, destination, bucket, key, headers)
    except Refusal as refusal:
        return refusal.response()


@around("_resolve_storage_class")
def resolve_storage_class(inner: Any, headers: dict[str, str], default: str = "STANDARD") -> tuple:
    """The class is never inherited: without the header it is STANDARD."""
    return inner(headers)


@around("_maybe_replicate")
def before_replication(inner: Any, bucket: str, key: str, obj: dict, data: Any, tags: dict | None = None) -> None:
    """MiniStack calls this for every new object, before it is versioned, replicated and announced.
    """
    copied = _copying.get()
    if copied is not None and copied.record is None:
        copied_record(copied, obj, data, writing.get())
    inner(bucket, key, obj, data, tags)


# --- internal ---


def _copied(
    inner: Any, source: CopySource, destination: dict[str, Any] | None, bucket: str, key: str, headers: dict[str, str]
) -> Response:
    """Makes the copy. Raises Refusal."""
    record = source_record(source)
    if record is None:
        return inner(bucket, key, headers)
    judge_destination(headers, destination)
    _judge_permissions(source, record, bucket, key, headers)
    judge_size(source, record)
    judge_in_place(source, record, bucket, key, headers)
    copied = Copied(headers, record)
    token = _copying.set(copied)
    try:
        response = inner(bucket, key, headers)
    finally:
        _copying.reset(token)
    if response[0] == 200 and copied.record is not None:
        _relock(bucket, key, copied.record, headers)
        return response[0], _answer_headers(response[1]), copied.document()
    return response


def _judge_permissions(
    source: CopySource, record: dict[str, Any], bucket: str, key: str, headers: dict[str, str]
) -> None:
    """Tags have permissions of their own: of the source if it has any, of the copy if it gets any.
    """
    call = calling.get()
    note_source_read(call, source)
    replaced = headers.get("x-amz-tagging-directive", "COPY").upper() == "REPLACE"
    judged = headers if replaced else {k: v for k, v in headers.items() if k not in _ONLY_WITH_REPLACE}
    judge_headers(call, bucket, key, judged)
    if not replaced and s3._object_tags.get((source.bucket, source.key, record.get("version_id"))):
        version = "Version" if source.version else ""
        require(call, f"s3:GetObject{version}Tagging", source.bucket, source.key)
        require(call, "s3:PutObjectTagging", bucket, key)


def _relock(bucket: str, key: str, record: dict[str, Any], headers: dict[str, str]) -> None:
    """The lock of the copy is what its own request or the bucket's default says."""
    name = (bucket, key, record.get("version_id"))
    s3._object_retention.pop(name, None)
    s3._object_legal_hold.pop(name, None)
    if headers.get("x-amz-object-lock-legal-hold") == "OFF" and not headers.get("x-amz-object-lock-mode"):
        s3._object_legal_hold[name] = "OFF"
        return
    s3._apply_object_lock_from_headers(bucket, key, headers, record.get("version_id"))


def _answer_headers(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "x-amz-storage-class"}
