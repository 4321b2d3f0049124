"""A template's KmsMasterKeyId is kept on the topic: publishing then needs the key.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html;
MiniStack drops the property.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import sns
from ministack.services.cloudformation import provisioners

_KEY = "KmsMasterKeyId"


def install() -> None:
    """Wraps the resource type of topics."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::SNS::Topic"]
    for step in ("create", "update"):
        handlers[step] = _with_key(handlers[step])


# --- internal ---


def _with_key(step: Callable[..., tuple]) -> Callable[..., tuple]:
    def provision(*given: Any, **named: Any) -> tuple:
        result = step(*given, **named)
        properties = [item for item in given if isinstance(item, dict)][-1]
        attributes = sns._topics[result[0]]["attributes"]
        attributes.pop(_KEY, None)
        if properties.get(_KEY):
            attributes[_KEY] = properties[_KEY]
        return result

    return provision
