"""Reads of encrypted objects: their encryption headers, and the KMS permissions they need.

GetObject and GetObjectAttributes need kms:Decrypt and a usable key, after their preconditions;
HeadObject needs nothing, but hides checksums without kms:Decrypt.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html; docs/aws-behaviour.md 2.1,
2.3, 2.4.
"""

from __future__ import annotations

from typing import Any

from ministack.services import s3

from ...call import Call
from ..encryption.encryption import SSE, Encryption, encryption_of
from ..encryption.encryption_rule import KMS_ALGORITHMS
from ..encryption.keys import find_key, key_context, use_key
from ..seams import Refusal, Response, around, calling


def find_record(bucket: str, key: str, version: str | None) -> dict[str, Any] | None:
    """MiniStack's record of an object: the current one, or a version (which may be a delete
    marker).
    """
    current = (s3._buckets.get(bucket) or {}).get("objects", {}).get(key)
    if version is None or (current is not None and version == (current.get("version_id") or "null")):
        return current
    return next((v for v in s3._object_versions.get((bucket, key), []) if v["version_id"] == version), None)


def decrypt(call: Call | None, bucket: str, key: str, encryption: Encryption) -> None:
    """Checks the kms:Decrypt that S3 makes to read an object. Raises Refusal."""
    if encryption.with_kms:
        use_key(call, "kms:Decrypt", find_key(call, bucket, encryption.key), key_context(call, bucket, key, encryption))


@around("_object_response_headers")
def object_headers(inner: Any, obj: dict, *args: Any, **kwargs: Any) -> dict[str, str]:
    """Every object is encrypted: one that MiniStack wrote without any header has SSE-S3."""
    headers = inner(obj, *args, **kwargs)
    if encryption_of(obj).algorithm == "AES256":
        headers[SSE] = "AES256"
    return headers


@around("_get_object")
def get_object(inner: Any, bucket: str, key: str, headers: dict, query: dict | None = None) -> Response:
    response = inner(bucket, key, headers, query)
    if response[0] not in (200, 206) or response[1].get(SSE) not in KMS_ALGORITHMS:
        return response
    try:
        decrypt(calling.get(), bucket, key, encryption_of({"preserved_headers": response[1]}))
    except Refusal as refusal:
        return refusal.response()
    return response


@around("_head_object")
def head_object(inner: Any, bucket: str, key: str, headers: dict | None = None, query: dict | None = None) -> Response:
    """Needs nothing of KMS but a signature, and hides the checksums without kms:Decrypt."""
    response = inner(bucket, key, headers, query)
    call = calling.get()
    if call is not None and not call.access_key and response[1].get(SSE) in KMS_ALGORITHMS:
        return 400, {"Content-Type": "application/xml"}, b""
    checksums = [name for name in response[1] if name.lower().startswith("x-amz-checksum-")]
    if checksums and response[1].get(SSE) in KMS_ALGORITHMS:
        try:
            decrypt(calling.get(), bucket, key, encryption_of({"preserved_headers": response[1]}))
        except Refusal:
            return response[0], {k: v for k, v in response[1].items() if k not in checksums}, response[2]
    return response


@around("_get_object_attributes")
def get_object_attributes(inner: Any, bucket: str, key: str, headers: dict, query: dict) -> Response:
    response = inner(bucket, key, headers, query)
    if response[0] == 200:
        record = find_record(bucket, key, s3._qp(query, "versionId") or None)
        try:
            decrypt(calling.get(), bucket, key, encryption_of(record or {}))
        except Refusal as refusal:
            return refusal.response()
    return response
