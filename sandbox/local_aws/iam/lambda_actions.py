"""Lambda's actions that MiniStack takes for another one, or for none at all.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
"""

from __future__ import annotations

from ministack.core import iam_actions


def install() -> None:
    """Wraps MiniStack's naming of a request to Lambda."""
    others = iam_actions._lambda_action

    def action(method: str, path: str) -> str | None:
        if path.rstrip("/").endswith("/recursion-config"):
            return f"{'Put' if method == 'PUT' else 'Get'}FunctionRecursionConfig"
        if "/account-settings" in path:
            return "GetAccountSettings"
        return others(method, path)

    iam_actions._lambda_action = action
