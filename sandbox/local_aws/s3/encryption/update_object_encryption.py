"""UpdateObjectEncryption: changes an object's encryption in place, its bytes and all else
untouched.

Documentation, not evidence: no capture of this call exists anywhere (docs/aws-behaviour.md 3).
It follows https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/update-sse-encryption.html, and where they
are silent the strict reading: every KMS permission they list is required for the new key,
kms:Decrypt and kms:ReEncryptFrom also for a KMS source's, and both keys must be enabled. ETag,
LastModified, version, class and checksums stay; no S3 event is emitted. A test may ask for a
store that damages what it updates (control.py).
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import md5
from typing import Any

from ministack.core import iam_actions
from ministack.core.responses import now_iso
from ministack.services import s3

from ...call import Call
from .encryption import BUCKET_KEY, CONTEXT, KEY_ID, SSE, Encryption, encryption_of
from .keys import Key, find_key, key_context, use_key
from ..objects.object_target import object_to_update
from ..seams import Refusal, Response, around, calling
from .update_request import requested

#: A bucket whose objects lose their bytes when their encryption is updated.
DAMAGES = "bucketseal_damages"

_OF_NEW = ("kms:GenerateDataKey", "kms:Encrypt", "kms:Decrypt", "kms:ReEncryptTo", "kms:ReEncryptFrom")
_OF_SOURCE = ("kms:Decrypt", "kms:ReEncryptFrom")

iam_actions._S3_OBJECT_QUERY_ACTIONS["encryption"] = {"PUT": "UpdateObjectEncryption"}


@around("_dispatch")
def dispatch(inner: Any, method: str, bucket: str, key: str, headers: dict, body: bytes, query: dict) -> Response:
    if method != "PUT" or not key or "encryption" not in query:
        return inner(method, bucket, key, headers, body, query)
    return _refused_digest(headers, body) or _answer(calling.get(), bucket, key, body, query)


# --- internal ---


def _answer(call: Call | None, bucket: str, key: str, body: bytes, query: dict) -> Response:
    try:
        if bucket not in s3._buckets:
            raise Refusal(404, "NoSuchBucket", "The specified bucket does not exist", BucketName=bucket)
        wanted = requested(body, bucket)
        records = object_to_update(bucket, key, s3._qp(query, "versionId") or None)
        _judge_lock(bucket, key, records[0])
        source = encryption_of(records[0])
        _judge_source(source)
        _judge_keys(call, bucket, key, source, wanted)
    except Refusal as refusal:
        return refusal.response()
    for record in records:
        _apply(record, wanted)
        if s3._buckets[bucket].get(DAMAGES):
            _damage(record, body)
    return 200, {"Content-Length": "0"}, b""


def _judge_lock(bucket: str, key: str, record: dict[str, Any]) -> None:
    version = record.get("version_id")
    name = (bucket, key, None if version == "null" else version)
    until = (s3._object_retention.get(name) or {}).get("RetainUntilDate", "")
    if s3._object_legal_hold.get(name) == "ON" or until > now_iso():
        raise Refusal(
            403,
            "AccessDenied",
            "The encryption type for the specified object can't be updated because that object is protected by"
            " S3 Object Lock.",
        )


def _judge_source(source: Encryption) -> None:
    if source.algorithm not in ("AES256", "aws:kms"):
        raise Refusal(
            400,
            "InvalidRequest",
            "The UpdateObjectEncryption operation doesn't support source objects with the encryption type DSSE-KMS or"
            " SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.",
        )


def _judge_keys(call: Call | None, bucket: str, key: str, source: Encryption, wanted: Encryption) -> None:
    new = find_key(call, bucket, wanted.key)
    _use(call, _OF_NEW, new, key_context(call, bucket, key, wanted))
    if source.with_kms:
        old = find_key(call, bucket, source.key)
        _use(call, _OF_SOURCE, old, key_context(call, bucket, key, source))


def _use(call: Call | None, actions: tuple[str, ...], key: Key, context: dict[str, Any]) -> None:
    for action in actions:
        use_key(call, action, key, context)


def _apply(record: dict[str, Any], wanted: Encryption) -> None:
    kept = {
        name: value
        for name, value in (record.get("preserved_headers") or {}).items()
        if name not in (SSE, KEY_ID, BUCKET_KEY, CONTEXT)
    }
    record["preserved_headers"] = {**kept, **replace(wanted, context=None).headers()}


def _damage(record: dict[str, Any], body: bytes) -> None:
    """The same object with the request's bytes, as in a store that knows PUT and not the
    sub-resource.
    """
    record.update({name: body for name in ("body", "data") if name in record})
    record.update(etag=f'"{md5(body).hexdigest()}"', size=len(body), checksums={})


def _refused_digest(headers: dict[str, str], body: bytes) -> Response | None:
    refused = s3._validate_content_md5(headers, body)
    return refused or s3._resolve_object_checksums(body, headers)[1]
