"""A metadata service on loopback, as a server with a role has it."""

import json
import socket
import threading
import time
from typing import Any, Final

from support.patience import PATIENCE
from support.wire import Received, Reply, answer

PATH: Final = "/latest/meta-data/iam/security-credentials/"
NOW: Final = 1_800_000_000.0
SECRET: Final = "roleSecretKeyEXAMPLE000000000000000000001"  # noqa: S105 - an example


def iso(seconds: float) -> str:
    """A time as the service writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Metadata:
    """Answers on a ``Wire``. Its keys last for so many seconds from ``now`` on, and have a number.

    Members of its answer can be changed, or left out with None. With a ``failure`` it answers by that instead, and with
    a ``gate`` not before that is open.
    """

    def __init__(self, lasting: float = 3600, **changes: Any) -> None:
        self.now = NOW
        self.lasting = lasting
        self.fetched = 0
        self.failure: Reply | None = None
        self.changes = changes
        self.gate: threading.Event | None = None

    def clock(self) -> float:
        return self.now

    def __call__(self, connection: socket.socket, received: Received) -> None:
        if self.gate:
            self.gate.wait(PATIENCE)
        if self.failure:
            self.failure(connection, received)
        elif received.target == PATH:
            answer(200, "role-1", "text/plain")(connection, received)
        else:
            assert received.target == f"{PATH}role-1"
            self.fetched += 1
            keys = {
                "AccessKeyId": f"ROLEKEY{self.fetched}",
                "SecretAccessKey": SECRET,
                "Expiration": iso(self.now + self.lasting),
            }
            body = {name: value for name, value in (keys | self.changes).items() if value is not None}
            answer(200, json.dumps(body))(connection, received)
