"""Amazon S3's condition keys about encryption, which MiniStack does not know.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html:
`s3:x-amz-server-side-encryption` is the header and absent without it,
`s3:x-amz-server-side-encryption-aws-kms-key-id` is the key S3 will use, also where it comes from
the bucket's default; both exist for UpdateObjectEncryption too. The parts of a multipart upload and
its completion have the key that it was created with (not documented, but common policies that
pin a key let multipart uploads through).
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_actions
from ministack.core.responses import get_region, request_scope
from ministack.services import s3

from ..buckets import bucket_owner
from .encryption.bucket_encryption import bucket_rule
from .encryption.encryption import CUSTOMER_ALGORITHM, encryption_of, wanted
from .encryption.keys import find_key
from .seams import Refusal, calling
from .encryption.update_request import requested

_ALGORITHM = "s3:x-amz-server-side-encryption"
_KEY = f"{_ALGORITHM}-aws-kms-key-id"
_HEADERS = ("x-amz-storage-class", "if-match", "if-none-match", CUSTOMER_ALGORITHM)
_context = iam_actions.s3_service_context


def service_context(action: str, query: dict | None, path: str = "", headers: dict | None = None) -> dict[str, Any]:
    """MiniStack's condition keys of a request and ours."""
    found = _context(action, query, path, headers)
    if action not in ("s3:PutObject", "s3:UpdateObjectEncryption"):
        return found
    bucket = path.lstrip("/").partition("/")[0]
    owner = bucket_owner(bucket)
    call = calling.get()
    if owner is None or call is None:
        return found
    upload = s3._qp(query or {}, "uploadId")
    if upload:
        with request_scope(owner, get_region()):
            key = encryption_of(s3._multipart_uploads.get(upload) or {}).key
        return {**found, _KEY: key} if key else found
    arrived = call.state.get("arrived_headers", headers or {})
    try:
        with request_scope(owner, get_region()):
            ours = _of_write(bucket, arrived) if action == "s3:PutObject" else _of_update(bucket, call.body)
    except Refusal:
        ours = {}  # a malformed request is refused later
    return {**found, **ours}


iam_actions.s3_service_context = service_context


# --- internal ---


def _of_write(bucket: str, headers: dict[str, str]) -> dict[str, str]:
    found = {f"s3:{name}": headers[name] for name in _HEADERS if headers.get(name)}
    encryption = wanted(headers, bucket_rule(bucket))
    if encryption.with_kms:
        found[_KEY] = find_key(calling.get(), bucket, encryption.key).arn
    return found


def _of_update(bucket: str, body: bytes) -> dict[str, str]:
    encryption = requested(body, bucket)
    return {_ALGORITHM: encryption.algorithm, _KEY: encryption.key or ""}
