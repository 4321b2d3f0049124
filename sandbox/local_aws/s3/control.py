"""Control paths of the sandbox's S3: states that no AWS call makes (any more, or affordably).

- `PUT /_bucketseal/s3/not-stated?bucket=B`: the bucket's blocked encryption types are not
  stated, as before 2026.
- `PUT /_bucketseal/s3/size?bucket=B&key=K&bytes=N[&versionId=V]`: the object claims to be N
  bytes long.
- `PUT /_bucketseal/s3/copy-limit?bucket=B&bytes=N`: one CopyObject takes objects of at most N bytes
  from the bucket, rather than of 5 GiB, which nobody keeps in memory to see a refusal.
- `PUT /_bucketseal/s3/damages?bucket=B[&not=1]`: UpdateObjectEncryption replaces the bytes of
  the bucket's objects by its request's.
- `PUT /_bucketseal/s3/replication?bucket=B&key=K&status=S[&versionId=V]`: the object's
  replication status.
- `PUT /_bucketseal/s3/deliver?bucket=B&key=K&service=S&source=ARN`: the service writes a log of the
  bucket owner's source, if it may (else 403).
- `PUT /_bucketseal/s3/cloudfront?bucket=B&key=K[&oai=ID][&distribution=ARN]`: CloudFront reads the
  object by an origin access identity, an origin access control or neither.
- `PUT /_bucketseal/s3/unencrypted?bucket=B&key=K[&versionId=V]`: the object is not encrypted, as
  before 2023.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import s3

from ..buckets import bucket_owner
from ..iam.service_principal import Sender
from .copies.copy_source import COPY_LIMIT
from .encryption.bucket_encryption import NOT_STATED
from .encryption.encryption import SSE, UNENCRYPTED
from .logs.delivery import deliver
from .objects.object_target import object_to_update
from .seams import Refusal
from .encryption.update_object_encryption import DAMAGES

PREFIX = "/_bucketseal/s3/"


def s3_control(path: str, query: dict[str, str]) -> int:
    """Runs a control path and returns an HTTP status."""
    bucket = query.get("bucket", "")
    owner = bucket_owner(bucket)
    if owner is None:
        return 404
    record = s3._buckets.get_scoped(owner, None, bucket)
    what = path.removeprefix(PREFIX)
    if what == "not-stated":
        record[NOT_STATED] = True
        return 200
    if what == "copy-limit":
        record[COPY_LIMIT] = int(query["bytes"])
        return 200
    if what == "damages":
        record[DAMAGES] = "not" not in query
        return 200
    if what == "deliver":
        sender = Sender(query.get("service", ""), query.get("source", ""), owner)
        return 403 if deliver(sender, bucket, query.get("key", ""), b"a log\n") else 200
    if what == "cloudfront":
        arn, oai = query.get("distribution", ""), query.get("oai", "")
        with request_scope(owner, "us-east-1"):
            return int(s3.serve_cloudfront_origin_fetch(bucket, query.get("key", ""), "GET", {}, arn, oai)[0])
    if what not in _CHANGES:
        return 404
    with request_scope(owner, "us-east-1"):
        try:
            records = object_to_update(bucket, query.get("key", ""), query.get("versionId"))
        except Refusal as refusal:
            return refusal.status
        for object_record in records:
            object_record.update(_CHANGES[what](object_record, query))
    return 200


# --- internal ---


def _unencrypted(record: dict[str, Any], _query: dict[str, str]) -> dict[str, Any]:
    kept = {name: value for name, value in record["preserved_headers"].items() if not name.startswith(SSE)}
    return {UNENCRYPTED: True, "preserved_headers": kept}


_CHANGES: dict[str, Callable[[dict[str, Any], dict[str, str]], dict[str, Any]]] = {
    "size": lambda _, query: {"size": int(query["bytes"])},
    "replication": lambda _, query: {"replication_status": query["status"]},
    "unencrypted": _unencrypted,
}
