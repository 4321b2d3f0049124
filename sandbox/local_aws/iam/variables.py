"""Variables in the conditions and resources of policies, such as ``${aws:PrincipalAccount}``.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html: the value of a
key that has one value stands in the place of the variable, character by character: a `*` in it is
no wildcard. MiniStack compares the text as it is written. One whose key is absent stays text here,
which nothing in a request is equal to; variables with a default are not replaced.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from ministack.core import iam_evaluator

_VARIABLE = re.compile(r"\$\{([a-zA-Z0-9-]+:[^},]+)\}")


def install() -> None:
    """Wraps MiniStack's evaluation of conditions, and its choice of a statement."""
    met, first = iam_evaluator._conditions_met, iam_evaluator._first_match

    def evaluated(conditions: dict, context: iam_evaluator.EvalContext) -> bool:
        if "${" not in str(conditions):
            return bool(met(conditions, context))
        filled = {
            operator: {name: _filled(values, context) for name, values in keys.items()}
            for operator, keys in conditions.items()
        }
        return bool(met(filled, context))

    def chosen(
        context: iam_evaluator.EvalContext, statements: list[iam_evaluator.ParsedStatement], effect: str
    ) -> iam_evaluator.ParsedStatement | None:
        return first(context, [_about(statement, context) for statement in statements], effect)

    iam_evaluator._conditions_met, iam_evaluator._first_match = evaluated, chosen


# --- internal ---


def _about(
    statement: iam_evaluator.ParsedStatement, context: iam_evaluator.EvalContext
) -> iam_evaluator.ParsedStatement:
    """The statement with its resources filled in."""
    if not any("${" in each for each in (*statement.resources, *statement.not_resources)):
        return statement
    return dataclasses.replace(
        statement,
        resources=_filled(statement.resources, context),
        not_resources=_filled(statement.not_resources, context),
    )


def _filled(values: Any, context: iam_evaluator.EvalContext) -> list[str]:
    def value(found: re.Match[str]) -> str:
        known = iam_evaluator._resolve_condition_key(found[1], context)
        plain = isinstance(known, str) and not set(known) & set("*?$")
        return str(known) if plain else found[0]

    return [_VARIABLE.sub(value, str(each)) for each in (values if isinstance(values, list) else [values])]
