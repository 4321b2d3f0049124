"""Pseudo parameters in the Conditions of a template: Ref AWS::Region, AccountId and the like.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
MiniStack compares their names instead of their values.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import changesets, engine, handlers, stacks


def install() -> None:
    """Wraps MiniStack's evaluation, in each module that has imported it."""
    evaluate = engine._evaluate_conditions

    def evaluated(template: dict[str, Any], parameters: dict[str, Any]) -> dict[str, bool]:
        own = {name: {"Value": value} for name, value in _pseudo_parameters().items()}
        return dict(evaluate(template, {**parameters, **own}))

    for module in (engine, handlers, changesets, stacks):
        module._evaluate_conditions = evaluated


# --- internal ---


def _pseudo_parameters() -> dict[str, str]:
    return {
        "AWS::AccountId": get_account_id(),
        "AWS::Partition": "aws",
        "AWS::Region": get_region(),
        "AWS::URLSuffix": "amazonaws.com",
    }
