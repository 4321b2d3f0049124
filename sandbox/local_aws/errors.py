"""Errors in each service's own format: an SDK parses and retries them as it would AWS's."""

from __future__ import annotations

import json
import re
import uuid
from xml.sax.saxutils import escape

from ministack.core.iam_actions import _QUERY_XML_NS, _SERVICE_PROTOCOL

from .call import Answer, Call

_CODE = re.compile(rb"<Code>([^<]*)</Code>")
_MESSAGE = re.compile(rb"<Message>([^<]*)</Message>", re.DOTALL)
_REQUEST_ID = re.compile(rb"<RequestId>[^<]*</RequestId>")
_HEAD_CODES = {
    400: "BadRequest",
    403: "AccessDenied",
    404: "NoSuchKey",
    405: "MethodNotAllowed",
    412: "PreconditionFailed",
}


def s3_error(status: int, code: str, message: str, **elements: str) -> Answer:
    """An error of Amazon S3; ``elements`` are further XML elements. The pipeline drops the body of
    a HEAD.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    request_id = uuid.uuid4().hex[:16].upper()
    parts = {"Code": code, "Message": message, **elements, "RequestId": request_id, "HostId": uuid.uuid4().hex}
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts.items())
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'.encode()
    headers = [("content-type", "application/xml"), ("x-amz-request-id", request_id), ("x-amz-id-2", parts["HostId"])]
    return Answer(status, headers, body)


def service_error(call: Call, status: int, code: str, message: str) -> Answer:
    """An error of the called service, in its protocol."""
    if call.service == "s3":
        return s3_error(status, code, message)
    request_id = str(uuid.uuid4())
    ids = [("x-amzn-requestid", request_id)]
    if _SERVICE_PROTOCOL.get(call.service, "json") == "query-xml":
        fault = "Sender" if status < 500 else "Receiver"
        body = (
            f'<ErrorResponse xmlns="{_QUERY_XML_NS.get(call.service, "")}"><Error><Type>{fault}</Type>'
            f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return Answer(status, [("content-type", "text/xml"), *ids], body.encode())
    headers = [("content-type", "application/x-amz-json-1.1"), ("x-amzn-errortype", code), *ids]
    if call.service == "sqs":
        headers.append(("x-amzn-query-error", f"{code};Sender"))
    return Answer(status, headers, json.dumps({"__type": code, "message": message}).encode())


def with_s3_request_id(call: Call, answer: Answer) -> Answer:
    """Amazon S3's request ids are sixteen capitals, not the UUIDs MiniStack gives."""
    given = answer.header("x-amz-request-id")
    if call.service != "s3" or given is None or "-" not in given:
        return answer
    wanted = uuid.uuid4().hex[:16].upper()
    named = answer.with_header("x-amz-request-id", wanted).with_header("x-amzn-requestid", None)
    if answer.status < 400 or not answer.body:
        return named
    return named.with_body(_REQUEST_ID.sub(f"<RequestId>{wanted}</RequestId>".encode(), answer.body))


def error_of(call: Call, answer: Answer) -> tuple[str, str] | None:
    """The code and message of a failed response, or None if the call succeeded."""
    if answer.status < 400 and not answer.body.lstrip().startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Error>'):
        return None
    found = _CODE.search(answer.body)
    if found:
        message = _MESSAGE.search(answer.body)
        return found[1].decode(), _unescape(message[1].decode("utf-8", "replace")) if message else ""
    if call.method == "HEAD":
        code = "NoSuchBucket" if answer.status == 404 and not call.key else _HEAD_CODES.get(answer.status, "Unknown")
        return code, ""
    try:
        document = json.loads(answer.body or b"{}")
    except ValueError:
        document = {}
    if not isinstance(document, dict):
        document = {}
    name = str(document.get("__type") or answer.header("x-amzn-errortype") or document.get("Code") or "Unknown")
    text = str(document.get("message") or document.get("Message") or "")
    return name.rsplit("#", 1)[-1].split(":", 1)[0], text


def _unescape(text: str) -> str:
    for entity, char in (("&quot;", '"'), ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text
