"""The gateway: what happens to a request, step by step."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Any, Final
from urllib.parse import quote

from ncp_mock._clock import seconds, wall_time
from ncp_mock._contract.document import Contract
from ncp_mock._contract.formats import Renderer, requested_format
from ncp_mock._contract.judge import assumption, check_encoding
from ncp_mock._fleet.fleet import Fleet
from ncp_mock._messages import NO_ANSWER, Answer, Refusal, Request
from ncp_mock._mistakes.search import Memory
from ncp_mock._service.backend import Backend
from ncp_mock._service.service import Service

from .authentication import Keys, authenticate, signed_string
from .faults import Fault, Faults
from .records import Log, Outcome, Record, Records
from .server import MalformedRequestError, Send

_LONGEST_EXPLANATION: Final = 1000
_MOST_SEARCH_SECONDS: Final = 6.0
_PRINTABLE: Final = "".join(map(chr, range(32, 127)))


class Gateway:
    """Answers requests as the vendor's gateway does, with Prism as the service behind it.

    Args:
        keys: The pair of keys that signatures are checked with.
        lax: Do not check signatures.
        latency: Seconds to wait before each answer.
    """

    def __init__(
        self, contract: Contract, backend: Backend, fleet: Fleet, *, keys: Keys, lax: bool, latency: float
    ) -> None:
        self.observed = contract.observed
        self._backend = backend
        self._service = Service(contract, backend, fleet)
        self._renderer = Renderer(contract)
        self.keys = keys
        self._lax = lax
        self._latency = latency
        self._in_flight: set[asyncio.Task[Any]] = set()
        self._log = Log()
        self.fleet = fleet
        self.faults = Faults(contract, self._renderer)
        self.records = Records(keys.secret_key)
        self.reset()

    def reset(self) -> None:
        """Forget all requests and faults, abort the requests in flight, and restore the first state of the fleet."""
        for task in self._in_flight:
            task.cancel()  # which ends its connection
        self._search_seconds = _MOST_SEARCH_SECONDS
        self._last_search = seconds()
        self._memory = Memory()
        self._service.reset()
        self.faults.clear()
        self.records.clear()

    def close(self) -> None:
        """Close the connections to Prism."""
        self._backend.close()

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
        """Return whether to read the rest of a request. Without it, the connection is reset."""
        if not self.faults.is_reset_before(head.path):
            return True
        fault = self.faults.take(head.path)
        assert fault is not None
        await self._record(head, self._struck(fault, Outcome(NO_ANSWER), head))
        return False

    async def _handle(self, request: Request | MalformedRequestError) -> Answer:
        if self._latency:
            await asyncio.sleep(self._latency)
        if isinstance(request, MalformedRequestError):
            head = request.head or Request("-", "-", ())
            example = "requestEntityTooLarge" if request.status == 413 else "badRequest"
            refusal = Refusal(example, "malformed-request", str(request), status=request.status)
            return await self._record(head, self._refused(refusal, head))
        if fault := self.faults.take(request.path):
            outcome = await self._carry_out(request, fault.clock_skew) if fault.executed else Outcome(NO_ANSWER)
            return await self._record(request, self._struck(fault, outcome, request))
        return await self._record(request, await self._carry_out(request))

    def _struck(self, fault: Fault, carried_out: Outcome, request: Request) -> Outcome:
        answer = self.faults.strike(fault, carried_out.answer, requested_format(request))
        if fault.clock_skew:
            date = formatdate(wall_time() + fault.clock_skew, usegmt=True)
            answer = replace(answer, headers={**answer.headers, "date": date})
        became = carried_out.verdict if fault.executed else "not carried out"
        explanation = f"the fault {fault.name} was asked for; the request itself was {became}"
        if carried_out.explanation:
            explanation += f": {carried_out.explanation}"
        return replace(carried_out, answer=answer, verdict=f"fault {fault.name}", explanation=explanation)

    async def _carry_out(self, request: Request, clock_skew: float = 0.0) -> Outcome:
        try:
            operation = self._service.operation(request)
            check_encoding(request)
            self._authenticate(request, clock_skew)
        except Refusal as refusal:
            return self._refused(refusal, request)
        try:
            performed = await self._service.perform(operation, request)
        except Refusal as refusal:
            outcome = self._refused(refusal, request)
        else:
            style = self.observed.success
            form = style.format(requested_format(request))
            outcome = Outcome(self._renderer.answer(200, performed, form, {}, style))
        explanation = "; ".join(filter(None, (outcome.explanation, assumption(operation, request))))
        signed = None if self._lax else signed_string(request)
        return replace(outcome, explanation=explanation, expected=signed, received=signed)

    def _authenticate(self, request: Request, clock_skew: float) -> None:
        """Refuse a wrong signature.

        Thorough explanations get six seconds of processor time at once and a third of it in the long run, so that many
        wrong signatures leave time for other requests.
        """
        if self._lax:
            return
        earned = (seconds() - self._last_search) / 3
        self._search_seconds = min(_MOST_SEARCH_SECONDS, self._search_seconds + earned)
        now_ms = int((wall_time() + clock_skew) * 1000)
        thorough = self._search_seconds > 0
        begun = time.thread_time()
        refusal = authenticate(request, self.keys, now_ms, thorough=thorough, memory=self._memory)
        self._last_search = seconds()
        if refusal and thorough:
            self._search_seconds -= time.thread_time() - begun
        if refusal:
            raise refusal

    def _refused(self, refusal: Refusal, request: Request) -> Outcome:
        headers: Mapping[str, str] = {} if refusal.example in self.observed.errors else refusal.headers
        answer = self._renderer.error(refusal.example, None, requested_format(request), headers)
        if refusal.status:
            answer = replace(answer, status=refusal.status)
        return Outcome(answer, refusal.verdict, refusal.explanation, refusal.expected, refusal.received)

    async def _record(self, request: Request, outcome: Outcome) -> Answer:
        record = self.records.add(request, outcome)
        await self._log.write(record)
        answer = outcome.answer
        if record.explanation:
            answer = replace(answer, headers={**answer.headers, "x-mock-explanation": _header_value(record)})
        return answer


def _header_value(record: Record) -> str:
    """The verdict and the explanation in printable ASCII, other characters percent-encoded."""
    text = f"{record.verdict}: {record.explanation}".replace("…", "...")
    return quote(text, safe=_PRINTABLE)[:_LONGEST_EXPLANATION]
