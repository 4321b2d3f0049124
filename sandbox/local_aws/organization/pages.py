"""Pages of the List operations of Organizations: at most 20 entries, and some of them empty.

Of ListTagsForResource, which takes no MaxResults, AWS does not say how many a page has: 20 here, too.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html: "These operations
can occasionally return an empty set of results even when more results are available". Here the
second page always is. MiniStack answers everything at once.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import organizations

_FIELDS = {
    "ListAccounts": "Accounts",
    "ListAccountsForParent": "Accounts",
    "ListDelegatedAdministrators": "DelegatedAdministrators",
    "ListOrganizationalUnitsForParent": "OrganizationalUnits",
    "ListParents": "Parents",
    "ListPolicies": "Policies",
    "ListPoliciesForTarget": "Policies",
    "ListRoots": "Roots",
    "ListTagsForResource": "Tags",
    "ListTargetsForPolicy": "Targets",
}
_MOST = 20


def install() -> None:
    """Wraps the operations; after everything else that wraps them."""
    for operation, field in _FIELDS.items():
        organizations._DISPATCH[operation] = _paged(operation, field, organizations._DISPATCH[operation])


# --- internal ---


def _paged(operation: str, field: str, ask: Any) -> Any:
    def page(payload: dict[str, Any]) -> tuple:
        most, token = payload.get("MaxResults", _MOST), payload.get("NextToken")
        if not isinstance(most, int) or not 1 <= most <= _MOST:
            return _invalid("You specified an invalid value for MaxResults.")
        start, empty = _read(operation, token) if token else (0, False)
        if start is None:
            return _invalid("You specified an invalid value for NextToken.")
        answer = tuple(ask(payload))
        if answer[0] != 200:
            return answer
        document = json.loads(answer[2])
        found = document[field]
        end = start if empty else start + most
        following = _token(operation, end, start == 0 and not empty) if end < len(found) else None
        document[field] = found[start:end]
        if following:
            document["NextToken"] = following
        return tuple(organizations._json(200, document))

    return page


def _token(operation: str, start: int, empty: bool) -> str:
    return base64.b64encode(json.dumps([operation, start, empty]).encode()).decode()


def _read(operation: str, token: Any) -> tuple[int | None, bool]:
    try:
        of, start, empty = json.loads(base64.b64decode(str(token)))
    except ValueError:
        return None, False
    return (int(start), bool(empty)) if of == operation else (None, False)


def _invalid(message: str) -> tuple:
    return tuple(error_response_json("InvalidInputException", message, 400))
