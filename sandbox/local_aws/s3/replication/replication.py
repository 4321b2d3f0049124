"""Replication as S3 does it: which objects, with the role's permissions, under which key.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html: an
object under KMS is left out, without a replication status, unless the rule selects
``SseKmsEncryptedObjects``; the replica is then encrypted under ``ReplicaKmsKeyID``, which nobody
checks before. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html:
other replicas keep the encryption of their source, whatever the destination's default. What the
role may not do makes the status FAILED (docs/aws-behaviour.md 2.7).
MiniStack copies every object with its key, and asks for no permission of the role. As there, the
replica is made at once: the status PENDING is never seen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ministack.services import s3

from .replica_event import announce_replica
from .role import may_replicate
from ..encryption.encryption import SSE, Encryption, encryption_of
from ..encryption.keys import find_key
from ..seams import Refusal, around

_STATUS = "replication_status"


@around("_maybe_replicate")
def maybe_replicate(inner: Any, bucket: str, key: str, obj: dict, data: Any, tags: dict | None = None) -> None:
    rule, role = s3._replication_rule_for(bucket, key, tags)
    if rule is None:
        return
    source = encryption_of(obj)
    if source.with_kms and not _selects_kms(rule):
        return
    destination = str((rule.get("Destination") or {}).get("Bucket", "")).rsplit(":", 1)[-1]
    try:
        replica = _encryption(rule, destination, source)
        session = may_replicate(role, (bucket, key, source), (destination, replica))
    except Refusal:
        obj[_STATUS] = "FAILED"
        return
    own = obj["preserved_headers"]
    if source.with_kms:
        kept = {name: value for name, value in own.items() if not name.startswith(SSE)}
        obj["preserved_headers"] = {**kept, **replica.headers()}
    try:
        inner(bucket, key, obj, data, tags)
    finally:
        obj["preserved_headers"] = own
    if obj.get("_replica"):
        name, _, account = obj["_replica"]
        record = s3._buckets.get_scoped(account, None, name)["objects"][key]
        announce_replica(session, name, key, record, data)


@around("_replication_rule_for")
def replication_rule_for(inner: Any, bucket: str, key: str, tags: dict | None) -> tuple[dict | None, str]:
    """Of the rules that fit an object, the one with the highest priority decides; MiniStack takes the
    first. It knows one destination of an object only.
    """
    stored = s3._bucket_replication.get(bucket)
    if not stored:
        return None, ""
    ranked = sorted(stored["Rules"], key=lambda rule: -int(rule.get("Priority", 0)))
    s3._bucket_replication[bucket] = {**stored, "Rules": ranked}
    try:
        rule, role = inner(bucket, key, tags)
        return rule, str(role)
    finally:
        s3._bucket_replication[bucket] = stored


# --- internal ---


def _selects_kms(rule: dict[str, Any]) -> bool:
    criteria = rule.get("SourceSelectionCriteria") or {}
    return (criteria.get("SseKmsEncryptedObjects") or {}).get("Status") == "Enabled"


def _encryption(rule: dict[str, Any], destination: str, source: Encryption) -> Encryption:
    """The replica's: for an object under KMS with the key that the rule names. Raises Refusal."""
    if not source.with_kms:
        return source
    named = ((rule.get("Destination") or {}).get("EncryptionConfiguration") or {}).get("ReplicaKmsKeyID")
    return replace(source, key=find_key(None, destination, named).arn, context=None)
