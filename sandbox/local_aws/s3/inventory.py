"""Inventory configurations of a bucket, which MiniStack does not know: they are kept, and nothing
is ever delivered.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketInventoryConfigurations.html
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.ElementTree import fromstring
from ministack.services import s3

from .encryption.encryption_rule import NAMESPACE
from .seams import Refusal, Response

_KEPT = "bucketseal_inventory"
_CHOICES = {
    "IsEnabled": ("true", "false"),
    "IncludedObjectVersions": ("All", "Current"),
    "Schedule/Frequency": ("Daily", "Weekly"),
    "Destination/S3BucketDestination/Format": ("CSV", "ORC", "Parquet"),
}


def inventory(method: str, bucket: str, query: dict[str, Any], body: bytes) -> Response:
    """The response to a call about them. Raises Refusal."""
    if bucket not in s3._buckets:
        raise Refusal(404, "NoSuchBucket", "The specified bucket does not exist", BucketName=bucket)
    kept: dict[str, bytes] = s3._buckets[bucket].setdefault(_KEPT, {})
    named = s3._qp(query, "id")
    if method == "GET" and not named:
        return _listed(kept)
    if method == "PUT" and named:
        kept[named] = _judged(body, named)
        return 200, {}, b""
    if named not in kept:
        raise Refusal(404, "NoSuchConfiguration", "The specified configuration does not exist.")
    if method == "DELETE":
        del kept[named]
        return 204, {}, b""
    return 200, {"Content-Type": "application/xml"}, kept[named]


# --- internal ---


def _judged(body: bytes, named: str) -> bytes:
    """The configuration in S3's namespace. Raises Refusal."""
    try:
        root = fromstring(body)
    except (ParseError, ValueError):
        raise _malformed() from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    if any(root.findtext(path) not in allowed for path, allowed in _CHOICES.items()):
        raise _malformed()
    if not root.findtext("Destination/S3BucketDestination/Bucket"):
        raise _malformed()
    if root.findtext("Id") != named:
        raise Refusal(400, "InvalidArgument", "The id of the request and of the configuration differ.")
    root.set("xmlns", NAMESPACE)
    return bytes(tostring(root))


def _listed(kept: dict[str, bytes]) -> Response:
    root = Element("ListInventoryConfigurationsResult", xmlns=NAMESPACE)
    SubElement(root, "IsTruncated").text = "false"
    for _, stored in sorted(kept.items()):
        root.append(fromstring(stored.replace(f' xmlns="{NAMESPACE}"'.encode(), b"", 1)))
    return 200, {"Content-Type": "application/xml"}, tostring(root)


def _malformed() -> Refusal:
    message = "The XML you provided was not well-formed or did not validate against our published schema"
    return Refusal(400, "MalformedXML", message)
