"""Requests and responses of S3 Control, by botocore's own model of it.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html: what the model requires,
and its least lengths and values, are checked here; a violation is a 400.
"""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError, tostring
from xml.sax.saxutils import escape

import botocore.session
from botocore.parsers import RestXMLParser
from botocore.serialize import RestXMLSerializer
from botocore.validate import ParamValidator
from defusedxml.ElementTree import fromstring

from ...call import Answer, Call
from ..seams import Refusal

_NAMESPACE = "http://awss3control.amazonaws.com/doc/2018-08-20/"
_XML = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def parsed(call: Call) -> dict[str, Any]:
    """The call's XML document, with typed values. Raises Refusal."""
    shape = _model().operation_model(call.api).input_shape
    try:
        found = RestXMLParser()._parse_shape(shape, fromstring(call.body)) or {}
    except (ParseError, ValueError):
        message = "The XML you provided was not well-formed or did not validate against our published schema"
        raise Refusal(400, "MalformedXML", message) from None
    named = {"AccountId": call.account, "JobId": "named-in-the-path"}
    given = {**{name: value for name, value in named.items() if name in shape.members}, **found}
    report = ParamValidator().validate(given, shape)
    if report.has_errors():
        raise Refusal(400, "InvalidRequest", report.generate_report())
    return given


def result(api: str, value: dict[str, Any]) -> Answer:
    """The response to a call that succeeded."""
    shape = _model().operation_model(api).output_shape
    root = Element("root")
    if shape is not None:
        RestXMLSerializer()._serialize(shape, value, root, shape.name)
    body = b"" if len(root) == 0 else _XML + tostring(_in_namespace(root[0]))
    return Answer(200, [("content-type", "application/xml"), ("x-amz-request-id", _request_id())], body)


def error(refusal: Refusal) -> Answer:
    """An error of S3 Control."""
    request_id = _request_id()
    parts = f"<Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message>"
    body = f"<ErrorResponse><Error>{parts}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    headers = [("content-type", "application/xml"), ("x-amz-request-id", request_id)]
    return Answer(refusal.status, headers, _XML + body.encode())


# --- internal ---


@cache
def _model() -> Any:
    return botocore.session.get_session().get_service_model("s3control")


def _in_namespace(element: Element) -> Element:
    element.set("xmlns", _NAMESPACE)
    return element


def _request_id() -> str:
    return uuid.uuid4().hex[:16].upper()
