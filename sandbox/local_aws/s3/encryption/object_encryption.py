"""The encryption an object gets when it is written.

A write's own header decides, else the bucket's default; `aws:kms` without a key is the account's
`aws/s3` key; the key is resolved at the write and stays, whatever its alias points to later. An
object that is not SSE-S3 has an ETag that is no MD5 and new at every write.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html;
docs/aws-behaviour.md 2.1-2.5.
"""

from __future__ import annotations

import secrets
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from ministack.services import s3

from ...call import Call
from .bucket_encryption import bucket_rule
from .encryption import BUCKET_KEY, CONTEXT, SSE_C, Encryption, wanted
from .keys import find_key, key_context, merged_context, use_key
from ..seams import Refusal, Response, around, calling

#: The encryption of the write in progress; read where MiniStack builds the object's record.
writing: ContextVar[Encryption | None] = ContextVar("writing", default=None)

_BLOCKED = (
    'User: {} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::{}/{}" because this bucket has'
    " blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a"
    " different server-side encryption type."
)

s3._SSE_STORED_HEADERS = (*s3._SSE_STORED_HEADERS, BUCKET_KEY, CONTEXT)


@around("_resolve_sse_write_headers")
def resolve_write(inner: Any, headers: dict[str, str], bucket: str) -> tuple[dict[str, str] | None, Response | None]:
    call = calling.get()
    try:
        encryption = wanted(headers, bucket_rule(bucket))
        if encryption.algorithm == SSE_C:
            stored, malformed = inner(headers, bucket)
            if malformed is not None:
                return None, malformed
            refuse_blocked(call, bucket)
        else:
            encryption = _with_key(call, bucket, encryption)
            stored = encryption.headers()
    except Refusal as refusal:
        return None, refusal.response()
    writing.set(encryption)
    if call is not None:
        call.state["sse"] = {
            "applied": encryption.applied,
            "algorithm": encryption.algorithm,
            "key": encryption.key,
        }
    return stored, None


@around("_build_object_record")
def build_record(inner: Any, body: bytes, headers: dict, etag: str | None = None, checksums: Any = None) -> dict:
    record = inner(body, {"content-type": "binary/octet-stream", **headers}, etag=etag, checksums=checksums)
    encryption = writing.get()
    if encryption is not None and encryption.algorithm != "AES256":
        record["etag"] = opaque_etag()
    return record


def refuse_blocked(call: Call | None, bucket: str) -> None:
    """Refuses a write under SSE-C in a bucket that blocks it."""
    if bucket_rule(bucket).blocked == SSE_C:
        principal, key = (call.principal, call.key) if call else (None, None)
        raise Refusal(403, "AccessDenied", _BLOCKED.format(principal, bucket, key or ""))


def opaque_etag() -> str:
    return f'"{secrets.token_hex(16)}"'


# --- internal ---


def _with_key(call: Call | None, bucket: str, encryption: Encryption) -> Encryption:
    """The same with its key resolved and the data key requested from KMS."""
    if not encryption.with_kms:
        return encryption
    found = find_key(call, bucket, encryption.key)
    name = call.key if call and call.key else ""
    resolved = replace(encryption, key=found.arn, context=merged_context(encryption, bucket, name))
    use_key(call, "kms:GenerateDataKey", found, key_context(call, bucket, name, resolved))
    return resolved
