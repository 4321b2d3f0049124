"""python -m local_aws: starts the local AWS on GATEWAY_PORT; it ends when its parent closes stdin.
"""

from __future__ import annotations

from .boot.serve import install, serve

install()
serve()
