"""The encryption of one object, and the encryption that a write asks for.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html; order and texts
of refusals follow docs/aws-behaviour.md 2.1 and 2.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .encryption_rule import KMS_ALGORITHMS, EncryptionRule
from ..seams import Refusal

SSE = "x-amz-server-side-encryption"
KEY_ID = f"{SSE}-aws-kms-key-id"
BUCKET_KEY = f"{SSE}-bucket-key-enabled"
CONTEXT = f"{SSE}-context"
CUSTOMER_ALGORITHM = f"{SSE}-customer-algorithm"
CUSTOMER_KEY = f"{SSE}-customer-key"
CUSTOMER_MD5 = f"{SSE}-customer-key-md5"
SSE_C = "SSE-C"
#: In MiniStack's record of an object: it is not encrypted at all, like objects from before 2023.
UNENCRYPTED = "unencrypted"

_NAMES = {"AES256": "SSE_S3", "aws:kms": "SSE_KMS", "aws:kms:dsse": "DSSE_KMS"}
_INCOMPATIBLE = "Server Side Encryption with Customer provided key is incompatible with the encryption method specified"
_NEEDS_KMS = (
    "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms"
)


@dataclass(frozen=True)
class Encryption:
    """`key` is the full key ARN once resolved; `applied` is CloudTrail's `SSEApplied`; `context` is
    base64 JSON.
    """

    algorithm: str = "AES256"
    key: str | None = None
    bucket_key: bool = False
    applied: str = "Default_SSE_S3"
    context: str | None = None

    @property
    def with_kms(self) -> bool:
        return self.algorithm in KMS_ALGORITHMS

    def headers(self) -> dict[str, str]:
        """Its response headers; not for SSE-C, whose headers MiniStack writes itself."""
        found = {SSE: self.algorithm}
        if self.key is not None:
            found[KEY_ID] = self.key
        if self.bucket_key:
            found[BUCKET_KEY] = "true"
        if self.context is not None:
            found[CONTEXT] = self.context
        return found


def encryption_of(record: dict[str, Any]) -> Encryption:
    """The encryption of a stored object, version or upload of MiniStack."""
    stored = record.get("preserved_headers") or {}
    if stored.get(CUSTOMER_MD5):
        return Encryption(SSE_C)
    if record.get(UNENCRYPTED):
        return Encryption("none")
    bucket_key = stored.get(BUCKET_KEY) == "true"
    return Encryption(stored.get(SSE, "AES256"), stored.get(KEY_ID), bucket_key, context=stored.get(CONTEXT))


def wanted(headers: dict[str, str], rule: EncryptionRule) -> Encryption:
    """The encryption of a write with these headers in a bucket with this rule, its key not yet
    resolved. Raises Refusal.
    """
    algorithm = headers.get(SSE)
    if any(headers.get(name) for name in (CUSTOMER_ALGORITHM, CUSTOMER_KEY, CUSTOMER_MD5)):
        return _customer(headers)
    if algorithm is not None and algorithm not in _NAMES:
        raise Refusal(
            400,
            "InvalidArgument",
            "The encryption method specified is not supported",
            ArgumentName=SSE,
            ArgumentValue=algorithm,
        )
    key = headers.get(KEY_ID)
    if key and algorithm not in KMS_ALGORITHMS:
        raise Refusal(400, "InvalidArgument", _NEEDS_KMS, ArgumentName=SSE, ArgumentValue=algorithm or "null")
    if algorithm is None:
        algorithm, key, applied = rule.algorithm, rule.key, f"Default_{_NAMES.get(rule.algorithm, rule.algorithm)}"
    else:
        applied = _NAMES[algorithm]
    asked = Encryption(algorithm, key, applied=applied)
    if not asked.with_kms:
        return asked
    return replace(asked, bucket_key=_bucket_key(headers, rule, algorithm), context=headers.get(CONTEXT))


# --- internal ---


def _customer(headers: dict[str, str]) -> Encryption:
    if any(headers.get(name) for name in (SSE, KEY_ID, CONTEXT)):
        raise Refusal(400, "InvalidArgument", _INCOMPATIBLE, ArgumentName=SSE)
    algorithm = headers.get(CUSTOMER_ALGORITHM)
    if algorithm and algorithm != "AES256":
        raise Refusal(
            400,
            "InvalidEncryptionAlgorithmError",
            "The Encryption request you specified is not valid. Supported value: AES256.",
            ArgumentName=CUSTOMER_ALGORITHM,
            ArgumentValue=algorithm,
        )
    return Encryption(SSE_C, applied="SSE_C")


def _bucket_key(headers: dict[str, str], rule: EncryptionRule, algorithm: str) -> bool:
    """Only SSE-KMS has bucket keys; the bucket's setting applies where the request has none."""
    if algorithm != "aws:kms":
        return False
    said = headers.get(BUCKET_KEY)
    return rule.bucket_key if said is None else said.lower() == "true"
