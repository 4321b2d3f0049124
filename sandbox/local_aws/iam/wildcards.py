"""Wildcards of policies: `*` and `?` match any characters, newlines in an object's key included.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from functools import lru_cache

from ministack.core import iam_evaluator

_WILDCARDS = {"*": ".*", "?": "."}


def install() -> None:
    """Replaces MiniStack's matching, which ends at a newline."""
    iam_evaluator._fnmatch_compile = _compiled


# --- internal ---


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    expression = "".join(_WILDCARDS.get(character) or re.escape(character) for character in pattern)
    return re.compile(rf"{expression}\Z", re.DOTALL | (re.IGNORECASE if ignore_case else 0))
