"""What S3 must know of a KMS key, read from MiniStack's own keys."""

from __future__ import annotations

from dataclasses import dataclass

from ministack.core.responses import request_scope
from ministack.services import kms


@dataclass(frozen=True)
class KeyFacts:
    arn: str
    state: str
    usage: str
    spec: str


def kms_key(account: str, region: str, reference: str) -> KeyFacts | None:
    """The key an id, ARN, alias or alias ARN names in an account and Region."""
    with request_scope(account, region):
        record = kms._resolve_key(reference)
        if record is None:
            return None
        return KeyFacts(record["Arn"], record["KeyState"], record["KeyUsage"], record["KeySpec"])
