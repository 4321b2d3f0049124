"""XML bodies as CloudTrail records them.

One child element becomes an object, two or more of the same name an array; ``xmlns`` is kept if
the client sent it; text that looks like a boolean or a number becomes one (docs/aws-behaviour.md
6.2; a tag value "true" was recorded as ``true``).
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from defusedxml.ElementTree import fromstring

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})")


def xml_json(body: bytes) -> tuple[str, Any] | None:
    """The root element's name and its value, or None if the body is not XML."""
    try:
        root = fromstring(body)
    except (ElementTree.ParseError, ValueError):
        return None
    name, namespace = _split(root.tag)
    value = _value(root)
    if namespace and isinstance(value, dict):
        value["xmlns"] = namespace
    elif namespace:
        value = {"xmlns": namespace}
    return name, value


# --- internal ---


def _value(element: ElementTree.Element) -> Any:
    if len(element) == 0:
        return _typed(element.text or "")
    value: dict[str, Any] = {}
    for child in element:
        name, item = _split(child.tag)[0], _value(child)
        if name not in value:
            value[name] = item
        elif isinstance(value[name], list):
            value[name].append(item)
        else:
            value[name] = [value[name], item]
    return value


def _typed(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if _NUMBER.fullmatch(text) else text


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition("}")
    return name, namespace.lstrip("{")
