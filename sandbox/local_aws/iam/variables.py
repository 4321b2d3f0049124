"""Variables in the conditions of policies, such as ``${aws:PrincipalAccount}``.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html: the value of a
key that has one value stands in the place of the variable, character by character: a `*` in it is
no wildcard. MiniStack compares the text as it is written. One whose key is absent stays text here,
which nothing in a request is equal to; variables in resources and with a default are not replaced.
"""

from __future__ import annotations

import re
from typing import Any

from ministack.core import iam_evaluator

_VARIABLE = re.compile(r"\$\{([a-zA-Z0-9-]+:[^},]+)\}")


def install() -> None:
    """Wraps MiniStack's evaluation of conditions."""
    met = iam_evaluator._conditions_met

    def evaluated(conditions: dict, context: iam_evaluator.EvalContext) -> bool:
        if "${" not in str(conditions):
            return bool(met(conditions, context))
        filled = {
            operator: {name: _filled(values, context) for name, values in keys.items()}
            for operator, keys in conditions.items()
        }
        return bool(met(filled, context))

    iam_evaluator._conditions_met = evaluated


# --- internal ---


def _filled(values: Any, context: iam_evaluator.EvalContext) -> list[str]:
    def value(found: re.Match[str]) -> str:
        known = iam_evaluator._resolve_condition_key(found[1], context)
        plain = isinstance(known, str) and not set(known) & set("*?$")
        return str(known) if plain else found[0]

    return [_VARIABLE.sub(value, str(each)) for each in (values if isinstance(values, list) else [values])]
