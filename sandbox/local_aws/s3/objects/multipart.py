"""The encryption of multipart uploads: fixed when the upload begins, kms:Decrypt for each part.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions;
docs/aws-behaviour.md 2.3, 2.4: a part needs kms:Decrypt and a usable key; the completion needs
nothing of KMS, except kms:Decrypt where the upload chose a checksum, and succeeds with a
disabled key. A part under SSE-C is refused once the bucket blocks SSE-C.
"""

from __future__ import annotations

from typing import Any

from ministack.services import s3

from ...iam.permissions import denial, implied
from ..copies.copy_source import copy_source, note_source_read
from ..encryption.encryption import SSE_C, encryption_of
from ..encryption.keys import find_key, key_context
from ..encryption.object_encryption import refuse_blocked
from .reads import decrypt
from ..seams import Refusal, Response, around, calling


@around("_upload_part")
def upload_part(inner: Any, bucket: str, key: str, body: bytes, query: dict, headers: dict) -> Response:
    return _part(bucket, key, query) or inner(bucket, key, body, query, headers)


@around("_upload_part_copy")
def upload_part_copy(inner: Any, bucket: str, key: str, query: dict, headers: dict) -> Response:
    source = copy_source(headers)
    if source is not None:
        note_source_read(calling.get(), source)
    return _part(bucket, key, query) or inner(bucket, key, query, headers)


@around("_complete_multipart_upload")
def complete_multipart_upload(
    inner: Any, bucket: str, key: str, body: bytes, query: dict, headers: dict | None = None
) -> Response:
    upload, call = _upload(query), calling.get()
    encryption = encryption_of(upload)
    if call is not None and upload.get("checksum_algorithm") and encryption.with_kms:
        found = find_key(call, bucket, encryption.key)
        context = key_context(call, bucket, key, encryption)
        if not implied(call, "kms:Decrypt", found.arn, context):
            message = denial(call, "kms:Decrypt", found.arn, context) or "Access Denied"
            return Refusal(403, "AccessDenied", message).response()
    return inner(bucket, key, body, query, headers)


# --- internal ---


def _part(bucket: str, key: str, query: dict) -> Response | None:
    encryption = encryption_of(_upload(query))
    try:
        if encryption.algorithm == SSE_C:
            refuse_blocked(calling.get(), bucket)
        decrypt(calling.get(), bucket, key, encryption)
    except Refusal as refusal:
        return refusal.response()
    return None


def _upload(query: dict) -> dict[str, Any]:
    return s3._multipart_uploads.get(s3._qp(query, "uploadId")) or {}
