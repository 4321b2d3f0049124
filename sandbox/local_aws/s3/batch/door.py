"""Lets the calls about jobs of S3 Batch Operations in.

botocore reads and writes their documents and makes the calls of their tasks. It takes a quarter of
a second to load, so it is loaded at the first of them.
"""

from __future__ import annotations

from ...call import Answer, Call
from ...names_of_s3 import JOBS


async def before(call: Call) -> Answer | None:
    """Answers the calls about jobs."""
    if call.path != JOBS and not call.path.startswith(f"{JOBS}/"):
        return None
    from .jobs import answered

    return answered(call)
