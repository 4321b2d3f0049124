"""Block Public Access of a whole account, which S3 applies on top of each bucket's.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html: the
most restrictive of the two applies. A new account has none: 404
NoSuchPublicAccessBlockConfiguration.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from ministack.services import s3

from ...call import Answer, Call
from ...errors import s3_error
from ...iam.permissions import denial
from ...names_of_s3 import ACCOUNT_BLOCK
from ..seams import around

_NAMESPACE = "http://awss3control.amazonaws.com/doc/2018-08-20/"
_SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_blocks: dict[str, dict[str, bool]] = {}


async def before(call: Call) -> Answer | None:
    """Answers the three calls about an account's own block."""
    if call.path != ACCOUNT_BLOCK:
        return None
    verb = "Get" if call.method == "GET" else "Put"
    refused = denial(call, f"s3:{verb}AccountPublicAccessBlock", "*")
    named = call.headers.get("x-amz-account-id")
    if refused or named != call.account:
        return s3_error(403, "AccessDenied", refused or "Access Denied")
    if call.method == "GET":
        return _shown(call.account)
    if call.method == "DELETE":
        _blocks.pop(call.account, None)
        return Answer(204)
    try:
        _blocks[call.account] = _parsed(call.body)
    except ParseError:
        return s3_error(400, "MalformedXML", "The XML you provided was not well-formed")
    return Answer(201)


@around("_public_access_blocked")
def public_access_blocked(inner: Any, owner: str, bucket: str, setting: str) -> bool:
    return _blocks.get(owner, {}).get(setting, False) or bool(inner(owner, bucket, setting))


# --- internal ---


def _parsed(body: bytes) -> dict[str, bool]:
    given = {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in fromstring(body)}
    return {name: given.get(name, "").lower() == "true" for name in _SETTINGS}


def _shown(account: str) -> Answer:
    block = _blocks.get(account)
    if block is None:
        message = "The public access block configuration was not found"
        return s3_error(404, "NoSuchPublicAccessBlockConfiguration", message, AccountId=account)
    root = Element("PublicAccessBlockConfiguration", xmlns=_NAMESPACE)
    for name in _SETTINGS:
        SubElement(root, name).text = str(block[name]).lower()
    return Answer(200, [("content-type", "application/xml")], tostring(root))
