"""Lets hooks change a request without breaking its signature or its policy conditions.

MiniStack verifies SigV4 over the request it is given, and takes S3's condition keys from it. The
pipeline gives it the request after the hooks; here both checks are pointed at the request as it
arrived.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import ministack.app as ministack
from ministack.core import iam_actions


@dataclass(frozen=True)
class Arrived:
    """A request as it arrived."""

    method: str
    raw_path: str
    query: dict[str, list[str]]
    raw_headers: list[tuple[bytes, bytes]]
    headers: dict[str, str]
    body: bytes
    account: str
    identity: dict[str, Any]


arrived: ContextVar[Arrived | None] = ContextVar("local_aws_arrived", default=None)


def install() -> None:
    """Replaces MiniStack's three readers of the request."""
    pin_request, pin_body = ministack.pin_signed_request, ministack.pin_signed_body
    s3_context = iam_actions.s3_service_context

    def request(method: str, raw_path: str, query: dict, raw_headers: list, handshake: bool = False) -> None:
        first = arrived.get()
        if first is not None:
            method, raw_path, query, raw_headers = first.method, first.raw_path, first.query, first.raw_headers
        pin_request(method, raw_path, query, raw_headers, handshake)

    def body(content: bytes) -> None:
        first = arrived.get()
        pin_body(first.body if first is not None else content)

    def context(action: str, query: dict | None, path: str = "", headers: dict | None = None) -> dict:
        first = arrived.get()
        return s3_context(action, query, path, first.headers if first is not None else headers)

    ministack.pin_signed_request = request
    ministack.pin_signed_body = body
    iam_actions.s3_service_context = context
