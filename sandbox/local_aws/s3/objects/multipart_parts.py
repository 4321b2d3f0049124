"""The parts of a multipart upload: how small they may be, their checksums, who began it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html: every part but the last has at
least 5 MiB, which is seen when the upload is completed.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html: a
checksum is one over those of the parts, or with FULL_OBJECT one of all bytes, for CRCs only;
MiniStack knows the former, and none of parts that are copied. Documentation only.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from ministack.services import s3

from ..seams import Refusal, Response, around, calling

SMALLEST = 5 * 1024**2
_CHECKSUM_TYPE = "x-amz-checksum-type"
_S3 = f"{{{s3.S3_NS}}}"


@around("_create_multipart_upload")
def create_multipart_upload(inner: Any, bucket: str, key: str, headers: dict) -> Response:
    kind = headers.get(_CHECKSUM_TYPE, "").upper()
    algorithm = headers.get("x-amz-checksum-algorithm", "").upper()
    if kind == "FULL_OBJECT" and not algorithm.startswith("CRC"):
        message = f"The FULL_OBJECT checksum type cannot be used with the {algorithm.lower()} checksum algorithm."
        return Refusal(400, "InvalidRequest", message).response()
    before = set(s3._multipart_uploads)
    status, answer, body = inner(bucket, key, headers)
    for upload in (s3._multipart_uploads[each] for each in set(s3._multipart_uploads) - before):
        upload["full_object"] = algorithm if kind == "FULL_OBJECT" else None
        upload["initiator"] = getattr(calling.get(), "principal", None)
        if kind == "FULL_OBJECT":
            answer = {**answer, _CHECKSUM_TYPE: kind}
    return status, answer, body


@around("_upload_part_copy")
def upload_part_copy(inner: Any, bucket: str, key: str, query: dict, headers: dict) -> Response:
    status, answer, body = inner(bucket, key, query, headers)
    upload = s3._multipart_uploads.get(s3._qp(query, "uploadId")) or {}
    algorithm = upload.get("checksum_algorithm")
    if status != 200 or not algorithm:
        return status, answer, body
    part = upload["parts"][int(s3._qp(query, "partNumber", "1"))]
    part["checksums"] = {algorithm: s3._compute_s3_checksum(algorithm, part["body"])}
    root = fromstring(body)
    SubElement(root, f"{_S3}Checksum{algorithm}").text = part["checksums"][algorithm]
    return status, answer, _document(root)


@around("_complete_multipart_upload")
def complete_multipart_upload(
    inner: Any, bucket: str, key: str, body: bytes, query: dict, headers: dict | None = None
) -> Response:
    upload = s3._multipart_uploads.get(s3._qp(query, "uploadId"))
    if upload is None:
        return inner(bucket, key, body, query, headers)
    try:
        numbers = _numbers(body)
        _judge_sizes(upload, numbers)
        whole = _whole(upload, numbers, headers or {})
    except Refusal as refusal:
        return refusal.response()
    if whole is None:
        return inner(bucket, key, body, query, headers)
    # Nothing over the parts' own: the checksum is that of the whole object.
    upload["checksum_algorithm"] = None
    response = inner(bucket, key, body, query, headers)
    if response[0] != 200:
        upload["checksum_algorithm"] = upload["full_object"]
        return response
    return _with_whole(bucket, key, response, upload["full_object"], whole)


@around("_head_object")
def head_object(
    inner: Any, bucket: str, key: str, headers: dict | None = None, query: dict | None = None
) -> Response:
    """One part of an object: its size, and how many there are."""
    status, answer, body = inner(bucket, key, headers, query)
    number = s3._qp(query or {}, "partNumber")
    record = ((s3._buckets.get(bucket) or {}).get("objects") or {}).get(key) or {}
    part = next((each for each in record.get("parts") or () if str(each["PartNumber"]) == number), None)
    if status != 200 or part is None or s3._qp(query or {}, "versionId", ""):
        return status, answer, body
    counted = {"Content-Length": str(part["Size"]), "x-amz-mp-parts-count": str(len(record["parts"]))}
    return 206, {**answer, **counted}, body


@around("_list_multipart_uploads")
def list_multipart_uploads(inner: Any, bucket: str, query: dict) -> Response:
    status, answer, body = inner(bucket, query)
    if status != 200:
        return status, answer, body
    root = fromstring(body)
    for element in root.iter(f"{_S3}Upload"):
        upload = s3._multipart_uploads.get(element.findtext(f"{_S3}UploadId")) or {}
        who = element.find(f"{_S3}Initiator/{_S3}ID")
        if who is not None and upload.get("initiator"):
            who.text = upload["initiator"]
    return status, answer, _document(root)


# --- internal ---


def _document(root: Element) -> bytes:
    text = tostring(root, encoding="unicode", default_namespace=s3.S3_NS)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _numbers(body: bytes) -> list[int]:
    try:
        found = [each.text for each in fromstring(body).iter() if each.tag.rpartition("}")[2] == "PartNumber"]
        return sorted(int(text or "") for text in found)
    except (ParseError, ValueError):
        return []


def _judge_sizes(upload: dict[str, Any], numbers: list[int]) -> None:
    """Raises Refusal."""
    for number in numbers[:-1]:
        part = upload["parts"].get(number)
        if part is not None and part["size"] < SMALLEST:
            message = "Your proposed upload is smaller than the minimum allowed size"
            sizes = {"ProposedSize": str(part["size"]), "MinSizeAllowed": str(SMALLEST)}
            raise Refusal(400, "EntityTooSmall", message, **sizes, PartNumber=str(number), ETag=part["etag"].strip('"'))


def _whole(upload: dict[str, Any], numbers: list[int], headers: dict[str, str]) -> str | None:
    """The checksum of all bytes; None if the upload has another kind. Raises Refusal."""
    algorithm = upload.get("full_object")
    if not algorithm:
        return None
    data = b"".join(upload["parts"][number]["body"] for number in numbers if number in upload["parts"])
    whole: str | None = s3._compute_s3_checksum(algorithm, data)
    asked = headers.get(f"x-amz-checksum-{algorithm.lower()}")
    if asked and asked != whole:
        raise Refusal(400, "BadDigest", f"The {algorithm} you specified did not match the calculated checksum.")
    return whole


def _with_whole(bucket: str, key: str, response: Response, algorithm: str, whole: str) -> Response:
    record = s3._buckets[bucket]["objects"][key]
    version = record.get("version_id")
    for each in (record, *(s3._object_versions.get((bucket, key)) or ())):
        if each is record or (version is not None and each.get("version_id") == version):
            each["checksums"], each["checksum_type"] = {algorithm: whole}, "FULL_OBJECT"
    root = fromstring(response[2])
    SubElement(root, f"{_S3}Checksum{algorithm}").text = whole
    SubElement(root, f"{_S3}ChecksumType").text = "FULL_OBJECT"
    return response[0], response[1], _document(root)
