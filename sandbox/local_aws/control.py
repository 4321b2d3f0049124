"""The local AWS's own paths under /_bucketseal/: health, faults, how slowly changes spread, an
organization's members and their state, and S3 states no AWS call makes.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from . import propagation
from .faults import faults
from .call import Answer
from .iam.membership import join, leave
from .kms.imported import import_material
from .organization.accounts import set_state
from .s3.control import PREFIX as S3_PREFIX
from .s3.control import s3_control

PREFIX = "/_bucketseal/"


def control(method: str, path: str, query: bytes, body: bytes) -> Answer:
    """Handles a request to one of these paths."""
    if path == f"{PREFIX}health" and method == "GET":
        return _json(200, {"status": "ok"})
    if path.startswith(S3_PREFIX) and method == "PUT":
        return _json(s3_control(path, dict(parse_qsl(query.decode()))), {})
    if path == f"{PREFIX}kms/import" and method == "PUT":
        return _json(import_material(dict(parse_qsl(query.decode())).get("key", "")), {})
    if path == f"{PREFIX}organization" and method in ("PUT", "DELETE"):
        named = dict(parse_qsl(query.decode()))
        (join if method == "PUT" else leave)(named.get("account", ""), named.get("manager", ""))
        return _json(200, {})
    if path == f"{PREFIX}organization/state" and method == "PUT":
        named = dict(parse_qsl(query.decode()))
        set_state(named.get("account", ""), named.get("manager", ""), named.get("state", ""))
        return _json(200, {})
    if path == f"{PREFIX}propagation" and method == "PUT":
        try:
            return _json(200, propagation.order(dict(parse_qsl(query.decode())).get("account", ""), body))
        except (TypeError, ValueError) as error:
            return _json(400, {"message": str(error)})
    if path != f"{PREFIX}faults":
        return _json(404, {"message": f"nothing is at {path}"})
    if method == "PUT":
        try:
            faults.order(body)
        except (TypeError, ValueError) as error:
            return _json(400, {"message": str(error)})
    elif method == "DELETE":
        faults.clear()
    elif method != "GET":
        return _json(405, {"message": f"{method} is not allowed"})
    return _json(200, faults.ordered())


def _json(status: int, document: object) -> Answer:
    return Answer(status, [("content-type", "application/json")], json.dumps(document).encode())
