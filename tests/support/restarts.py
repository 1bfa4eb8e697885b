"""What the mock has really done, from its log."""

import logging
from collections import Counter
from urllib.parse import parse_qsl


class Restarts(logging.Handler):
    """How often the mock has really restarted each server, from its log: it keeps the last 200 requests only."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.count: Counter[str] = Counter()
        self.struck: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        request = record.__dict__["ncp_mock"]
        self.struck[request.verdict] += 1
        was_carried_out = request.verdict == "accepted" or "the request itself was accepted" in request.explanation
        if was_carried_out and "rebootServerInstances" in request.target:
            query = parse_qsl(request.target.partition("?")[2])
            self.count.update(value for name, value in query if name.startswith("serverInstanceNoList."))
