"""The gateway: what happens to a request, in the order in which it happens."""

import asyncio
import difflib
import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Any, Final
from urllib.parse import quote

from ._authentication import Keys, Refusal, authenticate, signed_string
from ._backend import Backend, BackendError
from ._clock import processor_seconds, seconds, wall_time
from ._contract import FORM, Contract, Operation
from ._faults import Fault, Faults
from ._fleet import Fleet
from ._formats import Format, Renderer, requested_format
from ._http import MalformedRequestError, Send
from ._judge import (
    Violation,
    as_form,
    assumption,
    encoding_violation,
    parameters,
    server_numbers,
    violation_found_by_prism,
)
from ._listing import matching, page
from ._messages import NO_ANSWER, Answer, Delivery, Request
from ._mistakes.memory import Memory
from ._records import Record, Records

_CLASSIC: Final = "/server/v2/"
_LOG: Final = logging.getLogger("ncp_mock")
_LOG.addHandler(logging.NullHandler())
_LONGEST_EXPLANATION: Final = 1000
_MOST_SEARCH_SECONDS: Final = 2.0
_MOST_KEPT: Final = 256
_LONGEST_KEPT: Final = 4096
_PRINTABLE: Final = "".join(map(chr, range(32, 127)))

# Prism looks for the three headers and not at what is in them. The gateway has looked already.
_HEADERS_FOR_PRISM: Final = {
    "accept": "application/json",
    "x-ncp-apigw-timestamp": "-",
    "x-ncp-iam-access-key": "-",
    "x-ncp-apigw-signature-v2": "-",
}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """An answer, and what the log says about it."""

    answer: Answer
    verdict: str = "accepted"
    explanation: str = ""
    expected: str | None = None
    received: str | None = None


class Gateway:
    """Answers requests as the vendor's gateway does, with Prism as the service behind it.

    Args:
        keys: The one pair of keys that signatures are checked with.
        lax: Do not look at signatures.
        latency: Seconds to wait before each answer.
    """

    def __init__(
        self,
        contract: Contract,
        backend: Backend,
        fleet: Fleet,
        *,
        keys: Keys,
        lax: bool,
        latency: float,
    ) -> None:
        self._contract = contract
        self._backend = backend
        self._renderer = Renderer(contract)
        self._keys = keys
        self._lax = lax
        self._latency = latency
        self._in_flight: set[asyncio.Task[Any]] = set()
        self._logging = asyncio.Lock()
        self._unlogged: list[Record] = []
        self.fleet = fleet
        self.faults = Faults(contract, self._renderer)
        self.records = Records(keys.secret_key)
        self.reset()

    def reset(self) -> None:
        """Forget all requests, cut off those in flight, forget all faults, and put the fleet into its first state."""
        for task in self._in_flight:
            task.cancel()  # which ends its connection
        self._search_seconds = _MOST_SEARCH_SECONDS
        self._last_search = 0.0
        self._memory = Memory()
        self._accepted: dict[tuple[str, str, bytes], Mapping[str, Any]] = {}
        self.fleet.reset()
        self.faults.clear()
        self.records.clear()

    def behave(self, number: str, options: Mapping[str, Any]) -> None:
        """Change some options of a server's behaviour.

        Raises:
            BehaviourError: There is no such server, or no such behaviour.
        """
        self.fleet.behave(number, options, self._contract.server_schema["properties"])

    async def handle(self, request: Request | MalformedRequestError, send: Send) -> None:
        """Answer a request, and record it."""
        task = asyncio.current_task()
        assert task is not None
        self._in_flight.add(task)
        try:
            await send(await self._handle(request))
        finally:
            self._in_flight.discard(task)

    async def admits(self, head: Request) -> bool:
        """Whether the rest of a request, of which the head has come, is to be read at all."""
        if not self.faults.is_reset_before(head.path):
            return True
        fault = self.faults.take(head.path)
        assert fault is not None
        await self._record(head.method, head.target, self._struck(fault, _Outcome(NO_ANSWER), head))
        return False

    async def _handle(self, request: Request | MalformedRequestError) -> Answer:
        if self._latency:
            await asyncio.sleep(self._latency)
        if isinstance(request, MalformedRequestError):
            head = request.head or Request("-", "-", ())
            return await self._record(head.method, head.target, self._malformed(request, requested_format(head)))
        fault = self.faults.take(request.path)
        outcome = await (self._fail(fault, request) if fault else self._carry_out(request))
        return await self._record(request.method, request.target, outcome)

    async def _fail(self, fault: Fault, request: Request) -> _Outcome:
        carried_out = await self._carry_out(request, fault.clock_skew) if fault.executed else _Outcome(NO_ANSWER)
        return self._struck(fault, carried_out, request)

    def _struck(self, fault: Fault, carried_out: _Outcome, request: Request) -> _Outcome:
        answer = self.faults.strike(fault, carried_out.answer, requested_format(request))
        if fault.clock_skew:
            date = formatdate(wall_time() + fault.clock_skew, usegmt=True)
            answer = replace(answer, headers={**answer.headers, "date": date})
        became = carried_out.verdict if fault.executed else "not carried out"
        explanation = f"the fault {fault.name} was asked for; the request itself was {became}"
        if carried_out.explanation:
            explanation += f": {carried_out.explanation}"
        return replace(carried_out, answer=answer, verdict=f"fault {fault.name}", explanation=explanation)

    async def _carry_out(self, request: Request, clock_skew: float = 0.0) -> _Outcome:
        methods = self._contract.operations.get(request.path)
        form = requested_format(request)
        if methods is None:
            return self._unknown_path(request, form)
        operation = methods.get(request.method)
        if operation is None:
            return self._method_not_allowed(request, methods, form)
        if violation := encoding_violation(request):
            return self._violated(violation, form)
        if self._lax:
            return await self._perform(operation, request, form)
        if refusal := self._authenticate(request, clock_skew):
            outcome = self._error(refusal.example, form, refusal.verdict, refusal.explanation)
            return replace(outcome, expected=refusal.expected, received=refusal.received)
        signed = signed_string(request)
        return replace(await self._perform(operation, request, form), expected=signed, received=signed)

    def _authenticate(self, request: Request, clock_skew: float) -> Refusal | None:
        """Check the signature.

        Explaining wrong ones thoroughly takes two seconds of the processor at a stretch and a third of the time in the
        long run, so that a load of them leaves time for others.
        """
        earned = (seconds() - self._last_search) / 3
        self._search_seconds = min(_MOST_SEARCH_SECONDS, self._search_seconds + earned)
        now_ms = int((wall_time() + clock_skew) * 1000)
        thorough = self._search_seconds > 0
        begun = processor_seconds()
        refusal = authenticate(request, self._keys, now_ms, thorough=thorough, memory=self._memory)
        self._last_search = seconds()
        if refusal and thorough:
            self._search_seconds -= processor_seconds() - begun
        return refusal

    async def _perform(self, operation: Operation, request: Request, form: Format) -> _Outcome:
        outcome = await self._judge(operation, request, form)
        reasons = outcome.explanation, assumption(operation, request)
        return replace(outcome, explanation="; ".join(reason for reason in reasons if reason))

    async def _judge(self, operation: Operation, request: Request, form: Format) -> _Outcome:
        given = parameters(operation, request)
        if isinstance(given, Violation):
            return self._violated(given, form)
        if operation.takes_form:
            request = as_form(request)
        judged = await self._ask_prism(operation, request)
        if isinstance(judged, Violation):
            return self._violated(judged, form)
        [(root, example)] = judged.items()
        facts = self._facts(operation, given) if "serverInstanceList" in example else {}
        if isinstance(facts, Violation):
            return self._violated(facts, form)
        facts["requestId"] = str(uuid.uuid4())
        answer = {name: facts.get(name, value) for name, value in example.items()}
        return _Outcome(self._renderer.answer(200, {root: answer}, form, {}))

    async def _ask_prism(self, operation: Operation, request: Request) -> Mapping[str, Any] | Violation:
        """The example that Prism answers with, or what it finds.

        Prism has no state, and what it accepted it accepts again: a client that polls sends the same request each time.
        """
        key = request.method, request.target, request.body
        if key in self._accepted:
            return self._accepted[key]
        headers = _HEADERS_FOR_PRISM | ({"content-type": FORM} if operation.takes_form else {})
        try:
            judged = await self._backend.ask(request.method, request.target, headers, request.body)
        except BackendError as error:
            explanation = f"Prism, behind the gateway, does not answer: {error}"
            return Violation("endpointError", "prism-does-not-answer", explanation)
        if "sl-violations" in judged.headers:
            return violation_found_by_prism(operation, judged.headers["sl-violations"])
        if judged.status != 200:
            text = judged.body.decode("utf-8", "replace")
            return Violation("unexpectedError", "prism-failed", f"Prism answered {judged.status} {text!r}")
        example: Mapping[str, Any] = json.loads(judged.body)
        if len(request.target) + len(request.body) <= _LONGEST_KEPT:
            if len(self._accepted) == _MOST_KEPT:
                del self._accepted[next(iter(self._accepted))]  # the oldest
            self._accepted[key] = example
        return example

    def _facts(self, operation: Operation, given: Mapping[str, str]) -> dict[str, Any] | Violation:
        """What is to stand in an answer about servers, in the place of the example's."""
        region, numbers = given.get("regionCode"), server_numbers(given)
        if operation.change:
            servers = self.fleet.change(operation.change, numbers, region)
        elif operation.required:  # one that must be named has to be there
            servers = self.fleet.find(numbers, region)
        else:
            listed = list(self.fleet.poll(numbers, region).values())
            found = matching(listed, given, self._contract.server_schema["properties"])
            return {"totalRows": len(found), "serverInstanceList": self.fleet.as_sent(page(found, given))}
        if isinstance(servers, Violation):
            return servers
        return {"totalRows": len(servers), "serverInstanceList": self.fleet.as_sent(servers)}

    def _malformed(self, error: MalformedRequestError, form: Format) -> _Outcome:
        example = "requestEntityTooLarge" if error.status == 413 else "badRequest"
        outcome = self._error(example, form, "malformed-request", str(error))
        return replace(outcome, answer=replace(outcome.answer, status=error.status))

    def _unknown_path(self, request: Request, form: Format) -> _Outcome:
        alike = difflib.get_close_matches(request.path[:200], self._contract.operations, 1)
        hint = f"is {alike[0]} meant?" if alike else f"it knows {', '.join(self._contract.operations)}"
        if f"{request.path}/".lower().startswith(_CLASSIC):
            hint = f"{_CLASSIC} is the Classic platform's, and the mock is of VPC: {hint}"
        return self._error("notFound", form, "unknown-path", f"the mock knows no path {request.path}: {hint}")

    def _method_not_allowed(self, request: Request, methods: Mapping[str, Operation], form: Format) -> _Outcome:
        allowed = ", ".join(methods)
        capitals = ", which are written in capitals" if request.method.upper() in methods else ""
        explanation = f"the path has {allowed}{capitals}, not {request.method}"
        outcome = self._error("methodNotAllowed", form, "method-not-allowed", explanation)
        headers = {**outcome.answer.headers, "allow": allowed}
        return replace(outcome, answer=replace(outcome.answer, headers=headers))

    def _violated(self, violation: Violation, form: Format) -> _Outcome:
        return self._error(violation.example, form, violation.verdict, violation.explanation)

    def _error(self, example: str, form: Format, verdict: str, explanation: str) -> _Outcome:
        error = self._contract.errors[example]
        return _Outcome(self._renderer.answer(error.status, error.value, form, {}), verdict, explanation)

    async def _record(self, method: str, target: str, outcome: _Outcome) -> Answer:
        answer = outcome.answer
        record = self.records.add(
            method=method,
            target=target,
            status=None if answer.delivery is Delivery.RESET else answer.status,
            verdict=outcome.verdict,
            explanation=outcome.explanation,
            expected=outcome.expected,
            received=outcome.received,
        )
        await self._log(record)
        if record.explanation:
            answer = replace(answer, headers={**answer.headers, "x-mock-explanation": _header_value(record)})
        return answer

    async def _log(self, record: Record) -> None:
        """Log a record in another thread than the gateway's: a handler may take its time, or ask the mock.

        What comes while that thread is busy is logged together: to hand it one record costs more than to log it.
        """
        if _LOG.isEnabledFor(_level(record)):
            self._unlogged.append(record)
            async with self._logging:
                if self._unlogged:
                    records, self._unlogged = self._unlogged, []
                    await asyncio.to_thread(_log, records)


def _level(record: Record) -> int:
    return logging.INFO if record.verdict == "accepted" else logging.WARNING


def _log(records: Sequence[Record]) -> None:
    for record in records:
        status = "reset" if record.status is None else record.status
        reason = f": {record.explanation}" if record.explanation else ""
        facts = record.method, record.target, status, record.verdict, reason
        _LOG.log(_level(record), "%s %s %s %s%s", *facts, extra={"ncp_mock": record})


def _header_value(record: Record) -> str:
    """Verdict and explanation as one line of printable ASCII, other characters percent-encoded."""
    text = f"{record.verdict}: {record.explanation}".replace("…", "...")
    return quote(text, safe=_PRINTABLE)[:_LONGEST_EXPLANATION]
