"""What can be asked of the mock itself, below ``/__mock__/``."""

import json
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ._behaviour import OPTIONS, BehaviourError
from ._faults import FaultError
from ._gateway import Gateway
from ._messages import Answer, Request
from ._page import CONTENT_SECURITY_POLICY, asset, live, page

PREFIX: Final = "/__mock__/"
_HOST: Final = re.compile(r"([\w.-]+|\[[\da-f:.]+\])(:\d+)?", re.ASCII | re.IGNORECASE)
_FAULT_OPTIONS: Final = {
    "times": "times",
    "executed": "executed",
    "retryAfter": "retry_after",
    "format": "format",
    "seconds": "seconds",
    "operation": "operation",
    "share": "share",
    "seed": "seed",
}


class Control:
    """The page, the records, and the switches of a gateway."""

    def __init__(self, gateway: Gateway, url: str, access_key: str) -> None:
        self._gateway = gateway
        self._url = url
        self._access_key = access_key
        self._run = uuid.uuid4().hex
        self._routes: Mapping[str, Mapping[str, Callable[[Request], Answer]]] = {
            "": {"GET": self._page},
            "live": {"GET": self._live},
            "requests": {"GET": self._requests},
            "servers": {"GET": self._servers},
            "faults": {"GET": self._pending, "POST": self._add_fault},
            "behaviours": {"GET": self._behaviours, "POST": self._behave},
            "hold": {"POST": self._hold},
            "finish": {"POST": self._finish},
            "reset": {"POST": self._reset},
        }

    def handle(self, request: Request) -> Answer:
        if not request.path.startswith(PREFIX):
            return Answer(308, headers={"location": PREFIX})  # the page's own links are relative to that
        # A page of somebody else's could make a browser post here.
        if request.method == "POST" and request.header("origin") not in ([], [self._url]):
            return _problem(403, "this is for no other web page than the mock's own")
        name = request.path.removeprefix(PREFIX)
        if request.method == "GET" and (found := asset(name)):
            return Answer(200, *found)
        methods = self._routes.get(name)
        if methods is None:
            return _problem(
                404, f"there is nothing here; there are {', '.join(PREFIX + each for each in self._routes)}"
            )
        if request.method not in methods:
            return _problem(405, f"this takes {', '.join(methods)}", {"allow": ", ".join(methods)})
        return methods[request.method](request)

    def _page(self, request: Request) -> Answer:
        fleet = self._gateway.fleet
        servers, behaviours = fleet.servers(), fleet.behaviours()
        body = page(self._gateway.records.latest(), servers, self._url_for(request), self._access_key, behaviours)
        return Answer(200, "text/html;charset=UTF-8", body, {"content-security-policy": CONTENT_SECURITY_POLICY})

    def _url_for(self, request: Request) -> str:
        """The URL by which the page was asked for: another container, or a forwarded port, has one of its own."""
        hosts = [host for host in request.header("host") if _HOST.fullmatch(host)]
        return f"http://{hosts[0]}" if hosts else self._url

    def _live(self, request: Request) -> Answer:
        servers = self._gateway.fleet.servers()
        etag = f'"{self._run}-{self._gateway.records.version}-{self._gateway.fleet.version}"'
        headers = {"etag": etag, "cache-control": "no-cache"}
        if etag in request.header("if-none-match"):  # every page that is open asks twice a second
            return Answer(304, headers=headers)
        body = live(self._gateway.records.latest(), servers, self._gateway.fleet.behaviours())
        return Answer(200, "text/html;charset=UTF-8", body, headers)

    def _requests(self, request: Request) -> Answer:
        records = self._gateway.records
        return Answer.of_json({"count": records.count, "requests": [record.as_json() for record in records.latest()]})

    def _servers(self, request: Request) -> Answer:
        return Answer.of_json(self._gateway.fleet.servers())

    def _pending(self, request: Request) -> Answer:
        return Answer.of_json(self._gateway.faults.pending())

    def _add_fault(self, request: Request) -> Answer:
        def add(given: dict[str, Any]) -> None:
            fault = given.pop("fault")
            self._gateway.faults.add(fault, **{_FAULT_OPTIONS[name]: value for name, value in given.items()})

        example = '{"fault": "endpointError", "times": 2}'
        return _told(request, add, example, _FAULT_OPTIONS) or self._pending(request)

    def _behaviours(self, request: Request) -> Answer:
        described = {number: each.as_json() for number, each in self._gateway.fleet.behaviours().items()}
        return Answer.of_json([{"serverInstanceNo": number} | each for number, each in described.items() if each])

    def _behave(self, request: Request) -> Answer:
        def behave(given: dict[str, Any]) -> None:
            self._gateway.behave(str(given.pop("serverInstanceNo")), given)

        example = '{"serverInstanceNo": "123458773", "restartFails": true}'
        return _told(request, behave, example, OPTIONS) or self._behaviours(request)

    def _hold(self, request: Request) -> Answer:
        self._gateway.fleet.hold()
        return self._servers(request)

    def _finish(self, request: Request) -> Answer:
        self._gateway.fleet.finish()
        return self._servers(request)

    def _reset(self, request: Request) -> Answer:
        self._gateway.reset()
        return self._pending(request)


def _told(
    request: Request, tell: Callable[[dict[str, Any]], None], example: str, options: Iterable[str]
) -> Answer | None:
    """Tell the mock what a request's body says, a JSON object. Returns an answer if that cannot be done."""
    # A form that a foreign web page could make a browser post is not JSON.
    if not any(value.partition(";")[0].strip() == "application/json" for value in request.header("content-type")):
        return _problem(415, "the content type must be application/json")
    try:
        tell(json.loads(request.body))
    except (FaultError, BehaviourError) as error:
        return _problem(400, str(error))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return _problem(400, f"the body must be an object such as {example}, with any of {', '.join(options)}")
    return None


def _problem(status: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, "text/plain;charset=UTF-8", f"{text}\n".encode(), headers or {})
