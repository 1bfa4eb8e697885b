"""Sending a call as it stands in the table, however wrong it is on purpose."""

import time
from collections.abc import Mapping
from typing import Final

import httpx
from ncp_signer import Credentials, clock_offset, signed_headers

from ncp_vserver._requests.attempt import LARGEST_RESPONSE

from .calls import Call, Signing
from .contract import Contract
from .exchange import Exchange, read

_TIMESTAMP: Final = "x-ncp-apigw-timestamp"
_ACCESS_KEY: Final = "x-ncp-iam-access-key"
_SIGNATURE: Final = "x-ncp-apigw-signature-v2"
_SIGNATURE_V1: Final = "x-ncp-apigw-signature-v1"

_MOST_AHEAD: Final = 300.0
"""Seconds. A gateway that is further ahead refuses the first call: a Date that says so is of another clock."""

_MINUTE_MS: Final = 60_000
_AGES: Final[Mapping[Signing, int]] = {"four minutes old": 4 * _MINUTE_MS, "six minutes old": 6 * _MINUTE_MS}
_WITHOUT: Final[Mapping[Signing, tuple[str, ...]]] = {
    "no header": (_TIMESTAMP, _ACCESS_KEY, _SIGNATURE),
    "no timestamp": (_TIMESTAMP,),
    "no access key": (_ACCESS_KEY,),
    "no signature": (_SIGNATURE,),
}


class Sender:
    """Sends calls to one gateway.

    Args:
        credentials: The keys to sign with.
        gateway: Scheme and host. Whether it may get a signature has been checked.
        transport: What carries the requests.
        headers: Of every request.
        limits: Seconds for each step of an exchange, and for the whole, by name.
        region: Added to the calls that take one.
        contract: What answers are read by.
    """

    def __init__(
        self,
        credentials: Credentials,
        gateway: httpx.URL,
        transport: httpx.BaseTransport,
        *,
        headers: Mapping[str, str],
        limits: Mapping[str, float | None],
        region: str | None,
        contract: Contract,
    ) -> None:
        self._credentials = credentials
        self._gateway = gateway
        self._transport = transport
        self._headers = headers
        self._limits = limits
        self._region = region
        self._contract = contract
        self._ahead = 0.0
        """Seconds by which the gateway's clock is ahead: an age that is sent is one by that clock."""

    def send(self, call: Call, facts: Mapping[str, str]) -> Exchange:
        """Send a call once, and read the answer. Raises KeyError, before that, for a fact that is not known."""
        target, form = call.filled(facts, self._region)
        request = self._request(call, target, form)
        begun, clock = time.time(), time.monotonic()
        try:
            answer = self._transport.handle_request(request)
            body = whole(answer)
        except httpx.HTTPError as error:
            problem = f"{type(error).__name__}: {error}"
            return Exchange(call, target, form, begun, time.monotonic() - clock, problem)
        exchange = Exchange(
            call,
            target,
            form,
            begun,
            time.monotonic() - clock,
            None,
            answer.status_code,
            headers_of(answer),
            body,
            *read(body, self._contract),
        )
        ahead = clock_offset(exchange.header("date"), time.time())
        if exchange.envelope and ahead is not None and abs(ahead) < _MOST_AHEAD:
            self._ahead = ahead
        return exchange

    def _request(self, call: Call, target: str, form: str | None) -> httpx.Request:
        headers = [*self._headers.items(), *self._signing(call, target)]
        if call.content_type:
            headers.append(("content-type", call.content_type))
        # The target goes out character for character: httpx would mend what is wrong in it on purpose.
        extensions = {"timeout": dict(self._limits), "target": target.encode()}
        return httpx.Request(call.method, self._gateway, headers=headers, content=form, extensions=extensions)

    def _signing(self, call: Call, target: str) -> list[tuple[str, str]]:
        timestamp = int((time.time() + self._ahead) * 1000) - _AGES.get(call.signing, 0)
        signed = "/" if call.signing == "wrong" else target
        headers = signed_headers(self._credentials, call.method, signed, timestamp_ms=timestamp)
        if call.signing == "unknown access key":
            headers[_ACCESS_KEY] = "0" * len(self._credentials.access_key)
        if call.signing == "as v1":
            headers[_SIGNATURE_V1] = headers.pop(_SIGNATURE)
        sent = [(name, value) for name, value in headers.items() if name not in _WITHOUT.get(call.signing, ())]
        return [*sent, sent[-1]] if call.signing == "signature twice" else sent


def headers_of(answer: httpx.Response) -> tuple[tuple[str, str], ...]:
    """The headers of an answer, names in lower case."""
    return tuple((name.lower(), value) for name, value in answer.headers.multi_items())


def whole(answer: httpx.Response) -> bytes:
    """The body of an answer, decoded; its connection is closed then. Raises httpx.ReadError where it is too large."""
    parts: list[bytes] = []
    size = 0
    try:
        for chunk in answer.iter_bytes():
            size += len(chunk)
            if size > LARGEST_RESPONSE:
                raise httpx.ReadError(f"the answer is larger than {LARGEST_RESPONSE >> 20} MiB")
            parts.append(chunk)
    finally:
        answer.close()
    return b"".join(parts)
