"""The default encryption of a bucket: the document of PutBucketEncryption as data, and back.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html; refusals, defaults
and what is read back follow captures of September 2026 (docs/aws-behaviour.md 1.1-1.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from ..seams import Refusal

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
ALGORITHMS = ("AES256", "aws:kms", "aws:kms:dsse", "aws:fsx", "aws:backup")
KMS_ALGORITHMS = ("aws:kms", "aws:kms:dsse")

_NOT_WELL_FORMED = "The XML you provided was not well-formed or did not validate against our published schema"
_KEY_NOT_APPLICABLE = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse"


@dataclass(frozen=True)
class EncryptionRule:
    """`blocked` is SSE-C, NONE, or None for a bucket of before 2026 that never stated it."""

    algorithm: str = "AES256"
    key: str | None = None
    bucket_key: bool = False
    blocked: str | None = "SSE-C"


@lru_cache(maxsize=1024)
def parse_rule(document: str) -> EncryptionRule:
    """The rule a document declares; fields that it leaves out get AWS's defaults. Raises Refusal.
    """
    try:
        root = fromstring(document)
    except ParseError:
        raise Refusal(400, "MalformedXML", _NOT_WELL_FORMED) from None
    rules = _children(root, "Rule")
    if len(rules) != 1:
        raise Refusal(400, "MalformedXML", _NOT_WELL_FORMED)
    rule = rules[0]
    defaults = _children(rule, "ApplyServerSideEncryptionByDefault")
    algorithm, key = _default(defaults[0]) if defaults else ("AES256", None)
    blocked = _blocked(_children(rule, "BlockedEncryptionTypes"))
    if key is not None and algorithm not in KMS_ALGORITHMS:
        raise Refusal(400, "InvalidArgument", _KEY_NOT_APPLICABLE, ArgumentName="ApplyServerSideEncryptionByDefault")
    bucket_key = (_text(rule, "BucketKeyEnabled") or "").lower() in ("true", "1")
    return EncryptionRule(algorithm, key, bucket_key, blocked)


def write_rule(rule: EncryptionRule) -> str:
    """The document GetBucketEncryption returns for a rule."""
    root = Element("ServerSideEncryptionConfiguration", xmlns=NAMESPACE)
    element = SubElement(root, "Rule")
    default = SubElement(element, "ApplyServerSideEncryptionByDefault")
    SubElement(default, "SSEAlgorithm").text = rule.algorithm
    if rule.key is not None:
        SubElement(default, "KMSMasterKeyID").text = rule.key
    SubElement(element, "BucketKeyEnabled").text = "true" if rule.bucket_key else "false"
    if rule.blocked is not None:
        SubElement(SubElement(element, "BlockedEncryptionTypes"), "EncryptionType").text = rule.blocked
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


# --- internal ---


def _default(element: Element) -> tuple[str, str | None]:
    algorithm = _text(element, "SSEAlgorithm")
    if algorithm not in ALGORITHMS:
        raise Refusal(400, "MalformedXML", _NOT_WELL_FORMED)
    return algorithm, _text(element, "KMSMasterKeyID")


def _blocked(elements: list[Element]) -> str:
    if not elements:
        return "SSE-C"
    types = [(child.text or "").strip() for child in _children(elements[0], "EncryptionType")]
    if any(name not in ("NONE", "SSE-C") for name in types):
        raise Refusal(400, "MalformedXML", _NOT_WELL_FORMED)
    if len(types) != 1:
        raise Refusal(400, "InvalidArgument", "The value for BlockedEncryptionTypes is not valid")
    return types[0]


def _children(parent: Element, name: str) -> list[Element]:
    """Children by local name: AWS does not enforce the namespace."""
    return [child for child in parent if child.tag.rpartition("}")[2] == name]


def _text(parent: Element, name: str) -> str | None:
    found = _children(parent, name)
    return (found[0].text or "").strip() or None if found else None
