"""Tags and ACL of an object made by a multipart upload: those that the upload began with.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html: none of the object
that it replaces. MiniStack takes neither, and leaves what the predecessor had.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from ministack.services import s3

from ..seams import Response, around

_BEGAN_WITH = "began_with"
_HEADERS = ("x-amz-tagging", "x-amz-acl")


@around("_create_multipart_upload")
def create_multipart_upload(inner: Any, bucket: str, key: str, headers: dict) -> Response:
    before = set(s3._multipart_uploads)
    response = inner(bucket, key, headers)
    for each in set(s3._multipart_uploads) - before:
        kept = {name: value for name, value in headers.items() if name in _HEADERS or name.startswith("x-amz-grant-")}
        s3._multipart_uploads[each][_BEGAN_WITH] = kept
    return response


@around("_complete_multipart_upload")
def complete_multipart_upload(
    inner: Any, bucket: str, key: str, body: bytes, query: dict, headers: dict | None = None
) -> Response:
    began = (s3._multipart_uploads.get(s3._qp(query, "uploadId")) or {}).get(_BEGAN_WITH)
    response = inner(bucket, key, body, query, headers)
    if began is not None and response[0] == 200:
        record = s3._buckets[bucket]
        name = (bucket, key, record["objects"][key].get("version_id"))
        tags = parse_qs(began.get("x-amz-tagging", ""), keep_blank_values=True)
        _put(s3._object_tags, name, {tag: values[0] for tag, values in tags.items()})
        granted, _ = s3._grant_headers_acl(began, s3._bucket_owner_enforced(record))
        canned = began.get("x-amz-acl")
        _put(s3._object_acl, name, s3._canned_acl_policy_xml(canned, s3._canonical_owner_id()) if canned else granted)
        s3._object_annotations.pop(name, None)
    return response


# --- internal ---


def _put(store: Any, name: tuple, value: Any) -> None:
    if value:
        store[name] = value
    else:
        store.pop(name, None)
