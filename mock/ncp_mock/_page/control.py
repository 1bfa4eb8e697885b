"""What can be asked of the mock itself, below ``/__mock__/``."""

import json
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ncp_mock._fleet.behaviour import OPTIONS, BehaviourError
from ncp_mock._gateway.faults import OPTIONS as FAULT_OPTIONS, FaultError
from ncp_mock._gateway.gateway import Gateway
from ncp_mock._gateway.server import MalformedRequestError, Send
from ncp_mock._messages import Answer, Request

from .page import CONTENT_SECURITY_POLICY, asset, live, page

_PREFIX: Final = "/__mock__/"
_HOST: Final = re.compile(r"([\w.-]+|\[[\da-f:.]+\])(:\d+)?", re.ASCII | re.IGNORECASE)
_HTML: Final = "text/html;charset=UTF-8"
_FAULT: Final = '{"fault": "endpointError", "times": 2}'
_BEHAVIOUR: Final = '{"serverInstanceNo": "123458773", "restartFails": true}'

_Answers = Callable[[Request], Answer]


class Control:
    """The page, the records, and the switches of a gateway; all other requests go to the gateway."""

    url = ""
    """The base URL at which this machine reaches the mock."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._fleet = gateway.fleet
        self._run = uuid.uuid4().hex
        servers, faults = _shows(gateway.fleet.servers), _shows(gateway.faults.pending)
        behaviours = _shows(self._behaviours)
        self._routes: Mapping[str, Mapping[str, _Answers]] = {
            "": {"GET": self._page},
            "live": {"GET": self._live},
            "requests": {"GET": _shows(self._requests)},
            "servers": {"GET": servers},
            "faults": {"GET": faults, "POST": _told(self._add_fault, faults, _FAULT, FAULT_OPTIONS)},
            "behaviours": {"GET": behaviours, "POST": _told(self._behave, behaviours, _BEHAVIOUR, OPTIONS)},
            "hold": {"POST": _shows(gateway.fleet.servers, gateway.fleet.hold)},
            "finish": {"POST": _shows(gateway.fleet.servers, gateway.fleet.finish)},
            "reset": {"POST": _shows(gateway.faults.pending, gateway.reset)},
        }

    async def admits(self, head: Request) -> bool:
        """Return whether to read the rest of a request. Without it, the connection is reset."""
        return _is_for_control(head) or await self._gateway.admits(head)

    async def handle(self, request: Request | MalformedRequestError, send: Send) -> None:
        if isinstance(request, Request) and _is_for_control(request):
            await send(self._answer(request))
        else:
            await self._gateway.handle(request, send)

    def _answer(self, request: Request) -> Answer:
        if not request.path.startswith(_PREFIX):
            return Answer(308, headers={"location": _PREFIX})  # the page's own links are relative to that
        # A foreign web page could make a browser post here.
        if request.method == "POST" and request.header("origin") not in ([], [self.url]):
            return _problem(403, "this is for no other web page than the mock's own")
        name = request.path.removeprefix(_PREFIX)
        if request.method == "GET" and (found := asset(name)):
            return Answer(200, *found)
        methods = self._routes.get(name)
        if methods is None:
            there = ", ".join(_PREFIX + each for each in self._routes)
            return _problem(404, f"there is nothing here; there are {there}")
        if request.method not in methods:
            return _problem(405, f"this takes {', '.join(methods)}", {"allow": ", ".join(methods)})
        return methods[request.method](request)

    def _page(self, request: Request) -> Answer:
        # Another container, or a forwarded port, asks for it by an address of its own.
        hosts = [f"http://{host}" for host in request.header("host") if _HOST.fullmatch(host)]
        records, servers, behaviours = self._gateway.records.latest(), self._fleet.servers(), self._fleet.behaviours()
        notes = self._gateway.observed.notes
        body = page(records, servers, next(iter(hosts), self.url), self._gateway.keys.access_key, behaviours, notes)
        return Answer(200, _HTML, body, {"content-security-policy": CONTENT_SECURITY_POLICY})

    def _live(self, request: Request) -> Answer:
        servers = self._fleet.servers()
        etag = f'"{self._run}-{self._gateway.records.version}-{self._fleet.version}"'
        headers = {"etag": etag, "cache-control": "no-cache"}
        if etag in request.header("if-none-match"):  # every open page asks twice a second
            return Answer(304, headers=headers)
        return Answer(200, _HTML, live(self._gateway.records.latest(), servers, self._fleet.behaviours()), headers)

    def _requests(self) -> Mapping[str, Any]:
        records = self._gateway.records
        return {"count": records.count, "requests": [record.as_json() for record in records.latest()]}

    def _behaviours(self) -> list[Mapping[str, Any]]:
        described = {number: each.as_json() for number, each in self._fleet.behaviours().items()}
        return [{"serverInstanceNo": number} | each for number, each in described.items() if each]

    def _add_fault(self, given: dict[str, Any]) -> None:
        self._gateway.faults.add(given.pop("fault"), given)

    def _behave(self, given: dict[str, Any]) -> None:
        self._fleet.behave(str(given.pop("serverInstanceNo")), given)


def _is_for_control(request: Request) -> bool:
    return f"{request.path}/".startswith(_PREFIX)


def _shows(value: Callable[[], Any], switch: Callable[[], None] = lambda: None) -> _Answers:
    """Answer with a value in JSON, after doing something."""

    def answer(request: Request) -> Answer:
        switch()
        return Answer(200, "application/json", json.dumps(value(), ensure_ascii=False).encode("utf-8", "replace"))

    return answer


def _told(tell: Callable[[dict[str, Any]], None], answers: _Answers, example: str, options: Iterable[str]) -> _Answers:
    """Do what the JSON object in a request's body says, and then answer."""

    def told(request: Request) -> Answer:
        # A form, which a foreign web page could make a browser post, is not JSON.
        if not any(value.partition(";")[0].strip() == "application/json" for value in request.header("content-type")):
            return _problem(415, "the content type must be application/json")
        try:
            tell(json.loads(request.body))
        except (FaultError, BehaviourError) as error:
            return _problem(400, str(error))
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            return _problem(400, f"the body must be an object such as {example}, with any of {', '.join(options)}")
        return answers(request)

    return told


def _problem(status: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, "text/plain;charset=UTF-8", f"{text}\n".encode(), headers or {})
