"""PutBucketEncryption, GetBucketEncryption and DeleteBucketEncryption as on AWS since 2026.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
and the captures of September 2026 (docs/aws-behaviour.md 1.1-1.3): a Put replaces the whole
rule, a field that it leaves out returns to its default (SSE-C blocked), a refused Put leaves the
former rule, and no key is ever looked up.

A bucket from before the change that was given no rule since reads back without
`BlockedEncryptionTypes`. No call makes such a bucket any more, so a test asks for one: `PUT
/_bucketseal/s3/not-stated?bucket=NAME`.
"""

from __future__ import annotations

from typing import Any

from ministack.services import s3

from .encryption_rule import EncryptionRule, parse_rule, write_rule
from ..seams import Refusal, Response, around

#: The mark in MiniStack's record of a bucket that never stated its blocked types.
NOT_STATED = "bucketseal_blocked_types_not_stated"
_XML = {"Content-Type": "application/xml"}


def bucket_rule(bucket: str) -> EncryptionRule:
    """The default encryption of a bucket of the account in scope."""
    document = s3._bucket_encryption.get(bucket)
    rule = parse_rule(document) if document else EncryptionRule()
    record = s3._buckets.get(bucket) or {}
    if not record.get(NOT_STATED):
        return rule
    return EncryptionRule(rule.algorithm, rule.key, rule.bucket_key, None)


def has_own_rule(bucket: str) -> bool:
    """Whether a rule was put on the bucket, even one that equals the default."""
    return bool(s3._bucket_encryption.get(bucket))


@around("_put_bucket_encryption")
def put_bucket_encryption(inner: Any, name: str, body: bytes) -> Response:
    if name not in s3._buckets:
        return _no_such_bucket(name)
    try:
        rule = parse_rule(body.decode("utf-8", errors="replace"))
    except Refusal as refusal:
        return refusal.response()
    s3._bucket_encryption[name] = write_rule(rule)
    s3._buckets[name].pop(NOT_STATED, None)
    return 200, {}, b""


@around("_get_bucket_encryption")
def get_bucket_encryption(inner: Any, name: str) -> Response:
    if name not in s3._buckets:
        return _no_such_bucket(name)
    return 200, dict(_XML), write_rule(bucket_rule(name)).encode()


@around("_delete_bucket_encryption")
def delete_bucket_encryption(inner: Any, name: str) -> Response:
    if name not in s3._buckets:
        return _no_such_bucket(name)
    s3._buckets[name].pop(NOT_STATED, None)
    return inner(name)


# --- internal ---


def _no_such_bucket(name: str) -> Response:
    return Refusal(404, "NoSuchBucket", "The specified bucket does not exist", BucketName=name).response()
