"""python -m local_aws.boot.forks: loads everything once, then forks a local AWS for each line.

A line of stdin is JSON: ``cwd``, ``log`` (a file for its output) and ``env``, which is added to the
environment. It answers on stdout with its process id, the leader of a new session. A fork is as
one that was started by itself, without the second of processor time that loading takes. They end
with this process, and it ends when stdin does.

Loading must not start threads, since a fork has none but its own, and must not keep what differs
from fork to fork. So a thread that a module starts is started in each fork, the directory for
temporary files is looked up anew, and the port is a placeholder that each fork replaces.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import tempfile
import threading
from typing import Any

PORT = "99999"
# What the tests of one file use, and what AUTH reads of it.
_SERVICES = ["cloudformation", "dynamodb", "eventbridge", "iam", "kms", "lambda_svc", "s3", "sns", "sqs", "ssm", "sts"]
_MODELS = ["cloudformation", "dynamodb", "events", "iam", "kms", "lambda", "s3", "sns", "sqs", "ssm", "sts"]


def main() -> None:
    """Loads, then forks for each line."""
    os.environ["GATEWAY_PORT"] = PORT
    threads = _loaded()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    alive, ended_with_this_process = os.pipe()
    for line in sys.stdin:
        if os.fork() == 0:
            os.close(ended_with_this_process)
            _become(json.loads(line), alive, threads)


# --- internal ---


def _loaded() -> list[threading.Thread]:
    """Loads everything that calls need; returns the threads that modules wanted to start."""
    threads: list[threading.Thread] = []
    start = threading.Thread.start
    threading.Thread.start = lambda thread: threads.append(thread)  # type: ignore[method-assign]
    try:
        from . import serve

        serve.install()
        for name in _SERVICES:
            importlib.import_module(f"ministack.services.{name}")
        importlib.import_module("ministack.core.hypercorn_compat")
        for name in ("hypercorn.asyncio.run", "hypercorn.protocol.h11", "encodings.idna"):
            importlib.import_module(name)
        from ministack.core import iam_actions, responses

        for name in _MODELS:
            responses._service_model(name)
            iam_actions._tag_operations(name)
            iam_actions.unsigned_operations(name)
    finally:
        threading.Thread.start = start  # type: ignore[method-assign]
    return threads


def _become(order: dict[str, Any], alive: int, threads: list[threading.Thread]) -> None:
    """The fork: a local AWS of its own until it ends."""
    from . import serve

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    print(os.getpid(), flush=True)  # from now on it can be signalled as a group
    os.chdir(order["cwd"])
    os.environ.update(order["env"])
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for source, target in ((alive, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    tempfile.tempdir = None
    _replace_port(order["env"]["GATEWAY_PORT"])
    for thread in threads:
        thread.start()
    code = 1
    try:
        serve.serve()
        code = 0
    finally:
        os._exit(code)


def _replace_port(port: str) -> None:
    """Puts a fork's own port where modules keep the placeholder."""
    for module_name, module in list(sys.modules.items()):
        if not module_name.startswith("ministack."):
            continue
        for name, kept in list(vars(module).items()):
            if isinstance(kept, str) and PORT in kept:
                setattr(module, name, kept.replace(PORT, port))


main()
