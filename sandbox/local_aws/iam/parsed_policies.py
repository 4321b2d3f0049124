"""A policy's text is parsed once: MiniStack parses all policies of the caller for each call.

The statements are shared, and nobody changes them; the list of them is the asker's own.
"""

from __future__ import annotations

from functools import lru_cache

from ministack.core import iam_evaluator


def install() -> None:
    """Wraps MiniStack's parser."""
    parse = iam_evaluator.parse_policy_document
    parsed = lru_cache(maxsize=1000)(parse)

    def statements(document: str | dict) -> list[iam_evaluator.ParsedStatement]:
        return list(parsed(document)) if isinstance(document, str) else parse(document)

    iam_evaluator.parse_policy_document = statements
