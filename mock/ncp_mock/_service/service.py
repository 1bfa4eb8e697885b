"""The service behind the gateway: what the contract, Prism and the fleet make of a request."""

import difflib
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ncp_mock._contract.document import FORM, Contract, Operation
from ncp_mock._contract.judge import as_form, found_by_prism, parameters, server_numbers
from ncp_mock._fleet.fleet import Fleet
from ncp_mock._fleet.listing import matching, page
from ncp_mock._messages import Refusal, Request

from .backend import Backend, BackendError

_CLASSIC: Final = "/server/v2/"
_MOST_KEPT: Final = 256
_LONGEST_KEPT: Final = 4096

# Prism demands the three headers, and ignores their values. The gateway has checked those.
_HEADERS_FOR_PRISM: Final = {
    "accept": "application/json",
    "x-ncp-apigw-timestamp": "-",
    "x-ncp-iam-access-key": "-",
    "x-ncp-apigw-signature-v2": "-",
}


class Service:
    """Carries out requests that the gateway has let in."""

    def __init__(self, contract: Contract, backend: Backend, fleet: Fleet) -> None:
        self._contract = contract
        self._backend = backend
        self.fleet = fleet
        self.reset()

    def reset(self) -> None:
        """Restore the first state of the fleet, and forget what Prism has accepted."""
        self.fleet.reset()
        self._accepted: dict[tuple[str, str, bytes], Mapping[str, Any]] = {}

    def operation(self, request: Request) -> Operation:
        """Return the operation that a request asks for, or refuse its path or method."""
        methods = self._contract.operations.get(request.path)
        if methods is None:
            alike = difflib.get_close_matches(request.path[:200], self._contract.operations, 1)
            hint = f"is {alike[0]} meant?" if alike else f"it knows {', '.join(self._contract.operations)}"
            if f"{request.path}/".lower().startswith(_CLASSIC):
                hint = f"{_CLASSIC} is the Classic platform's, and the mock is of VPC: {hint}"
            raise Refusal("notFound", "unknown-path", f"the mock knows no path {request.path}: {hint}")
        if operation := methods.get(request.method):
            return operation
        allowed = ", ".join(methods)
        capitals = ", which are written in capitals" if request.method.upper() in methods else ""
        explanation = f"the path has {allowed}{capitals}, not {request.method}"
        raise Refusal("methodNotAllowed", "method-not-allowed", explanation, headers={"allow": allowed})

    async def perform(self, operation: Operation, request: Request) -> Mapping[str, Any]:
        """Carry out a request, and return the response: an object with one key, the name of its content.

        Raises:
            Refusal: The contract, Prism or the fleet does not allow it.
        """
        given = parameters(operation, request)
        judged = await self._ask_prism(operation, as_form(request) if operation.takes_form else request)
        [(root, example)] = judged.items()
        facts = self._facts(operation, given) if "serverInstanceList" in example else {}
        facts["requestId"] = str(uuid.uuid4())
        return {root: {name: facts.get(name, value) for name, value in example.items()}}

    async def _ask_prism(self, operation: Operation, request: Request) -> Mapping[str, Any]:
        """Return Prism's example, or refuse what Prism refuses.

        Prism has no state, and what it accepted it accepts again: a client that polls repeats its request.
        """
        key = request.method, request.target, request.body
        if key in self._accepted:
            return self._accepted[key]
        headers = _HEADERS_FOR_PRISM | ({"content-type": FORM} if operation.takes_form else {})
        try:
            judged = await self._backend.ask(request.method, request.target, headers, request.body)
        except BackendError as error:
            explanation = f"Prism, behind the gateway, does not answer: {error}"
            raise Refusal("endpointError", "prism-does-not-answer", explanation) from error
        if "sl-violations" in judged.headers:
            raise found_by_prism(operation, judged.headers["sl-violations"])
        if judged.status != 200:
            text = judged.body.decode("utf-8", "replace")
            raise Refusal("unexpectedError", "prism-failed", f"Prism answered {judged.status} {text!r}")
        example: Mapping[str, Any] = json.loads(judged.body)
        if len(request.target) + len(request.body) <= _LONGEST_KEPT:
            if len(self._accepted) == _MOST_KEPT:
                del self._accepted[next(iter(self._accepted))]  # the oldest
            self._accepted[key] = example
        return example

    def _facts(self, operation: Operation, given: Mapping[str, str]) -> dict[str, Any]:
        """Return what replaces the example in a response about servers."""
        region, numbers = given.get("regionCode"), server_numbers(given)
        shown: Sequence[Mapping[str, Any]]
        if operation.change:
            found = shown = self.fleet.change(operation.change, numbers, region)
        elif operation.required:  # a server that must be named has to exist
            found = shown = self.fleet.find(numbers, region)
        else:
            found = matching(list(self.fleet.poll(numbers, region).values()), given, self.fleet.fields)
            shown = page(found, given)
        return {"totalRows": len(found), "serverInstanceList": self.fleet.as_sent(shown)}
