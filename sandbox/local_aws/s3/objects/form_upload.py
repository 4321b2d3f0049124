"""PostObject: a form is a call of its signer, and the response has the object's own ETag.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html. The headers of such a
request name no caller, so KMS permissions are checked for the signer of the form's policy.
"""

from __future__ import annotations

from typing import Any

from ministack.services import s3

from ...call import Call
from ...iam.identity import caller
from .etags import posted
from ..seams import Response, around, calling


@around("_post_object")
def post_object(inner: Any, bucket: str, body: bytes, headers: dict) -> Response:
    call = calling.get()
    if call is not None:
        _name_signer(call, body, headers)
    gathered: list[str] = []
    token = posted.set(gathered)
    try:
        status, answered, document = inner(bucket, body, headers)
    finally:
        posted.reset(token)
    if not gathered:
        return status, answered, document
    former, etag = (quoted.strip('"').encode() for quoted in (answered["ETag"], gathered[-1]))
    return status, {**answered, "ETag": gathered[-1]}, document.replace(former, etag)


# --- internal ---


def _name_signer(call: Call, body: bytes, headers: dict[str, str]) -> None:
    parts = s3._parse_multipart_form(headers.get("content-type", ""), body)
    access_key = s3._post_form_access_key_id(parts)
    if not access_key:
        return
    who = caller(access_key, call.region)
    call.access_key, call.account, call.principal = access_key, who.account, who.principal
    call.key = next((value.decode("utf-8", "replace") for name, _, _, value in parts if name == "key"), None)
