"""Seams in MiniStack's S3 service, where the sandbox changes its behaviour.

MiniStack authorizes a request and then calls one function of `ministack.services.s3` per
operation, in the scope of the bucket owner's account. Behaviour of AWS that must come after
authorization, or that must see an object between its check and its write, is wrapped around
those functions; MiniStack itself is not edited. Its handlers run without a suspension on one
event loop, so everything inside a seam is atomic.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from ministack.services import s3

from ..call import Call

#: The result of a function of MiniStack's S3 service: status, headers, body.
Response = tuple[int, dict[str, str], bytes]

#: The API call a seam runs for; None where MiniStack itself writes to S3 (a log delivery, a query
#: result).
calling: ContextVar[Call | None] = ContextVar("calling", default=None)


def around(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Wraps the decorated function around MiniStack's S3 function `name`; it gets the original as
    first argument.
    """

    def put(replacement: Callable[..., Any]) -> Callable[..., Any]:
        inner = getattr(s3, name)

        @wraps(inner)
        def seam(*args: Any, **kwargs: Any) -> Any:
            return replacement(inner, *args, **kwargs)

        setattr(s3, name, seam)
        return replacement

    return put


class Refusal(Exception):
    """An error that AWS returns; `elements` are further elements of the error document."""

    def __init__(self, status: int, code: str, message: str, **elements: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.elements = status, code, message, elements

    def response(self) -> Response:
        """The error document, in the form that a seam must return."""
        return s3._object_error(self.code, self.message, self.status, **self.elements)
