"""Whether command lines of the AWS CLI fit botocore's models: its operations, options and shapes.

Reads a JSON list of command lines (lists of words) and prints a JSON list of what is wrong.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.validate import ParamValidator

GLOBAL = {"--region", "--profile", "--output", "--query"}


def main() -> None:
    session = botocore.session.get_session()
    found = [f"{' '.join(words[:3])}: {wrong}" for words in json.load(sys.stdin) for wrong in faults(session, words)]
    print(json.dumps(found))


def faults(session: Any, words: list[str]) -> list[str]:
    """What is wrong with one command line."""
    program, service, operation, *rest = words
    # The CLI's own name for the calls of S3; its `s3` is no service.
    service = {"s3api": "s3", "s3": ""}.get(service, service)
    if program != "aws" or service not in session.get_available_services():
        return ["no service"]
    model = session.get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        return ["no operation"]
    shape = model.operation_model(names[operation]).input_shape
    options = {xform_name(name, "-"): name for name in shape.members} if shape else {}
    given: dict[str, Any] = {}
    wrong: list[str] = []
    for option, values in grouped(rest):
        if option in GLOBAL:
            continue
        name = options.get(option[2:])
        negated = options.get(option[5:]) if option.startswith("--no-") else None
        if name is not None:
            member = shape.members[name]
            given[name] = value_of(member, values)
            wrong += enums(member, given[name])
        elif negated is not None and shape.members[negated].type_name == "boolean":
            given[negated] = False
        else:
            wrong.append(f"no option {option}")
    report = ParamValidator().validate(given, shape) if shape else None
    return wrong + ([report.generate_report()] if report is not None and report.has_errors() else [])


def grouped(words: list[str]) -> list[tuple[str, list[str]]]:
    """Options with the words that follow them."""
    groups: list[tuple[str, list[str]]] = []
    for word in words:
        if word.startswith("--"):
            groups.append((word, []))
        else:
            groups[-1][1].append(word)
    return groups


def value_of(shape: Any, values: list[str]) -> Any:
    """The value that the AWS CLI reads: JSON, its shorthand, or words."""
    first = values[0] if values else ""
    if shape.type_name == "boolean":
        return first != "false"
    if first[:1] in ("{", "[") and shape.type_name != "string":
        return json.loads(first)
    if shape.type_name == "list":
        return [value_of(shape.member, [value]) for value in values]
    if shape.type_name == "structure":
        return structure(shape, first)
    return int(first) if shape.type_name in ("integer", "long") else first


def structure(shape: Any, text: str) -> dict[str, Any]:
    """``A=1,B=x``: the shorthand of flat structures."""
    pairs = dict(part.split("=", 1) for part in text.split(","))
    return {key: typed(shape.members[key], value) if key in shape.members else value for key, value in pairs.items()}


def typed(shape: Any, text: str) -> Any:
    if shape.type_name == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return int(text) if shape.type_name == "integer" and text.isdigit() else text


def enums(shape: Any, value: Any) -> list[str]:
    """Values that are none of those that AWS takes."""
    if shape.type_name == "structure" and isinstance(value, dict):
        return [each for key, item in value.items() if key in shape.members for each in enums(shape.members[key], item)]
    if shape.type_name == "list" and isinstance(value, list):
        return [each for item in value for each in enums(shape.member, item)]
    return [f"{value} is none of {shape.enum}"] if getattr(shape, "enum", None) and value not in shape.enum else []


main()
