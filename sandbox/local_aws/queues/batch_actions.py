"""A batch call is authorized like its single one: there is no permission for batches.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html,
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html (Publish).
MiniStack asks for one.
"""

from __future__ import annotations

from ministack.core import iam_actions

_SINGLE = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sns:PublishBatch": "sns:Publish",
}


def install() -> None:
    """Wraps MiniStack's choice of the action."""
    extract = iam_actions.extract_iam_action

    def action(service: str, method: str, path: str, headers: dict, body: bytes, query: dict) -> str | None:
        found = extract(service, method, path, headers, body, query)
        return _SINGLE.get(found or "", found)

    iam_actions.extract_iam_action = action
