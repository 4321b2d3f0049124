"""The document of UpdateObjectEncryption.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html: only SSE-KMS,
only a full key ARN, and a key of the bucket owner's account.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError, fromstring

from ...buckets import bucket_owner
from .encryption import Encryption
from ..seams import Refusal

_KEY_ARN = re.compile(r"arn:aws[a-zA-Z0-9-]*:kms:[a-z0-9-]+:([0-9]{12}):key/[a-zA-Z0-9-]+")
_THEN = "and then try again."


def requested(body: bytes, bucket: str) -> Encryption:
    """The encryption a request asks for. Raises Refusal."""
    try:
        root = fromstring(body)
    except ParseError:
        raise Refusal(
            400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our schema"
        ) from None
    kms = _child(root, "SSE-KMS")
    if kms is None:
        raise _invalid(f"a valid new encryption type. Valid values are SSEKMS. Specify SSE-KMS, {_THEN}")
    arn = _text(kms, "KMSKeyArn")
    if arn is None:
        raise _invalid(f"an AWS KMS key Amazon Resource Name (ARN). Specify a KMS key ARN, {_THEN}")
    found = _KEY_ARN.fullmatch(arn)
    if found is None:
        raise _invalid(f"a valid AWS KMS key Amazon Resource Name (ARN). Confirm its format, {_THEN}")
    if found[1] != bucket_owner(bucket):
        raise Refusal(
            403, "AccessDenied", "The AWS KMS key in the request must be owned by the same account as the bucket."
        )
    bucket_key = _text(kms, "BucketKeyEnabled") or "false"
    if bucket_key not in ("true", "false"):
        raise Refusal(400, "InvalidRequest", "The BucketKeyEnabled value isn't valid. Valid values are true or false.")
    return Encryption("aws:kms", arn, bucket_key == "true", applied="SSE_KMS")


# --- internal ---


def _invalid(what: str) -> Refusal:
    return Refusal(400, "InvalidRequest", f"Requests that modify an object encryption configuration require {what}")


def _child(parent: Element, name: str) -> Element | None:
    return next((child for child in parent if child.tag.rpartition("}")[2] == name), None)


def _text(parent: Element, name: str) -> str | None:
    child = _child(parent, name)
    return (child.text or "").strip() or None if child is not None else None
