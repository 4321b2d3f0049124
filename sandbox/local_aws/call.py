"""One AWS API call and its response, as the hooks of the pipeline see them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass
class Call:
    """One AWS API call.

    ``headers`` has lower-case names; an aws-chunked body is already decoded in ``body`` and its
    trailers are headers. ``api`` is the name CloudTrail gives the call. ``account`` and
    ``region`` are the caller's account and the Region the request was signed for. ``principal``
    is the caller's ARN (of a role: the session's). A hook may change ``headers``, ``query`` and
    ``body`` in place before MiniStack sees them: the signature and the condition keys of
    policies are still taken from the request as it arrived. ``named`` is the alias of an access
    point that stands in the request in the place of ``bucket``.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    service: str
    api: str
    bucket: str | None = None
    named: str | None = None
    key: str | None = None
    version_id: str | None = None
    account: str = "000000000000"
    region: str = "us-east-1"
    principal: str | None = None
    identity: dict[str, Any] = field(default_factory=dict)
    access_key: str | None = None
    function: str | None = None
    implied: list[str] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    raw_path: str = ""
    raw_query: str = ""

    def is_write(self) -> bool:
        """Whether the call may change something (by its HTTP method: for S3)."""
        return self.method not in ("GET", "HEAD", "OPTIONS")


@dataclass
class Answer:
    """The response to the caller."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The value of a header, or None."""
        wanted = name.lower()
        return next((value for found, value in self.headers if found.lower() == wanted), None)

    def with_header(self, name: str, value: str | None) -> Answer:
        """The same response with this header set, or without it for None."""
        wanted = name.lower()
        headers = [pair for pair in self.headers if pair[0].lower() != wanted]
        if value is not None:
            headers.append((name, value))
        return replace(self, headers=headers)

    def with_body(self, body: bytes) -> Answer:
        """The same response with another body and its length."""
        return replace(self, body=body).with_header("content-length", str(len(body)))

    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.status < 300
