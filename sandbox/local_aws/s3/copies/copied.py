"""The record of a copy, where it differs from the source's.

docs/aws-behaviour.md 2.2 and 4.3: the ETag is that of one part, an MD5 only under SSE-S3; a
composite checksum becomes one of the full object; the website redirect is lost unless sent; with
REPLACE the content type is lost too.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from ministack.services import s3

from ..encryption.encryption import Encryption
from ..encryption.encryption_rule import NAMESPACE
from ..encryption.object_encryption import opaque_etag

_REDIRECT = "x-amz-website-redirect-location"


@dataclass
class Copied:
    """A copy in progress; `record` is the new object's once MiniStack has built it."""

    headers: dict[str, str]
    source: dict[str, Any]
    record: dict[str, Any] | None = None

    def document(self) -> bytes:
        """The body of the response."""
        root = Element("CopyObjectResult", xmlns=NAMESPACE)
        record = self.record or {}
        SubElement(root, "LastModified").text = record["last_modified"]
        SubElement(root, "ETag").text = record["etag"]
        for algorithm, value in (record.get("checksums") or {}).items():
            SubElement(root, f"Checksum{algorithm}").text = value
        if record.get("checksums"):
            SubElement(root, "ChecksumType").text = "FULL_OBJECT"
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root)


def copied_record(copied: Copied, record: dict[str, Any], data: bytes, encryption: Encryption | None) -> None:
    """Turns the record that MiniStack built for the copy into AWS's."""
    copied.record = record
    headers = copied.headers
    plain = encryption is None or encryption.algorithm == "AES256"
    record["etag"] = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"' if plain else opaque_etag()
    preserved = record["preserved_headers"]
    preserved.pop(_REDIRECT, None)
    if headers.get(_REDIRECT):
        preserved[_REDIRECT] = headers[_REDIRECT]
    if headers.get("x-amz-metadata-directive", "COPY").upper() == "REPLACE":
        record["content_type"] = headers.get("content-type", "binary/octet-stream")
        record["content_encoding"] = headers.get("content-encoding")
    record["checksums"] = _checksums(headers, copied.source, record, data)


# --- internal ---


def _checksums(headers: dict[str, str], source: dict, record: dict, data: bytes) -> dict[str, str]:
    asked = headers.get("x-amz-checksum-algorithm")
    if asked:
        return _computed([asked.upper()], data)
    kept: dict[str, str] = record.get("checksums") or {}
    if source.get("checksum_type") == "COMPOSITE" or any("-" in value for value in kept.values()):
        return _computed(list(kept), data)
    return kept


def _computed(algorithms: list[str], data: bytes) -> dict[str, str]:
    values = {name: s3._compute_s3_checksum(name, data) for name in algorithms}
    return {name: value for name, value in values.items() if value is not None}
