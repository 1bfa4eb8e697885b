"""A function that returns credentials holds the secret, too: whatever is printed of it is its name, or its type's."""

import asyncio
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MethodType
from typing import Any

import pytest
from ncp_signer import Credentials, CredentialsError, CredentialsProvider, NcpAuth, name_of
from ncp_vserver import AsyncClient, Client
from ncp_vserver._steps.steps import Ask
from support.canary import CANARY, WAYS_TO_SHOW, locals_in
from support.wire import Wire, accept

KEY = "NCPACCESSKEYEXAMPLE0"


class Vault:
    """Whatever is asked for, it shows the secret."""

    def __call__(self) -> Credentials:
        return Credentials(KEY, CANARY)

    keys = __call__

    def __getattr__(self, name: str) -> Any:
        return CANARY

    def __repr__(self) -> str:
        return CANARY


@dataclass
class Stored:
    secret: str = CANARY

    def __call__(self) -> Credentials:
        return Credentials(KEY, self.secret)


def of(secret: str = CANARY) -> Credentials:
    return Credentials(KEY, secret)


# Functions that return credentials, and what they are called.
PROVIDERS: dict[str, tuple[Callable[[], Credentials], str]] = {
    "partial": (functools.partial(Credentials, KEY, CANARY), "partial"),
    "partial-of-a-partial": (functools.partial(functools.partial(of), secret=CANARY), "partial"),
    "function": (of, "of"),
    "lambda": (lambda: Credentials(KEY, CANARY), "<lambda>"),
    "instance": (Vault(), "Vault"),
    "dataclass": (Stored(), "Stored"),
    "method": (Vault().keys, "Vault.__call__"),
    "method-of-a-dataclass": (Stored().__call__, "Stored.__call__"),
    "method-that-is-a-partial": (MethodType(functools.partial(Credentials, secret_key=CANARY), KEY), "partial"),
    "cached": (functools.lru_cache(of), "_lru_cache_wrapper"),
    "method-of-a-built-in": ([Credentials(KEY, CANARY)].copy().pop, "list.pop"),
}
each_provider = pytest.mark.parametrize(("provider", "name"), PROVIDERS.values(), ids=PROVIDERS)


@each_provider
@pytest.mark.parametrize("show", WAYS_TO_SHOW.values(), ids=WAYS_TO_SHOW)
def test_no_text_shows_what_a_provider_holds(
    show: Callable[[Any], str], provider: CredentialsProvider, name: str
) -> None:
    assert CANARY not in show(NcpAuth(provider))


@pytest.mark.parametrize("make", [Client, AsyncClient])
def test_no_text_of_a_client_shows_what_a_provider_holds(make: type[Any]) -> None:
    client = make(PROVIDERS["partial"][0])

    assert not any(CANARY in show(each) for show in WAYS_TO_SHOW.values() for each in (client, client._settings))


@each_provider
def test_provider_has_a_name(provider: CredentialsProvider, name: str) -> None:
    assert repr(NcpAuth(provider)) == f"NcpAuth({name})"
    assert Client(provider)._settings.keys_from == AsyncClient(provider)._settings.keys_from == name
    assert name_of(provider) == name


@each_provider
@pytest.mark.parametrize(
    ("make", "options"),
    [
        (NcpAuth, {"allowed_hosts": "a.example"}),
        (NcpAuth, {"allowed_hosts": ["https://a.example"]}),
        *(
            (make, options)
            for make in (Client, AsyncClient)
            for options in ({"base_url": "https://evil.example"}, {"retries": -1}, {"allowed_hosts": "a"})
        ),
    ],
    ids=str,
)
def test_no_traceback_shows_what_a_provider_holds(
    make: Callable[..., Any], options: Mapping[str, Any], provider: CredentialsProvider, name: str
) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:  # the class does not matter here
        make(provider, **options)

    assert CANARY not in locals_in(caught.value, besides=__file__)


async def asynchronous() -> Credentials:
    return Credentials(KEY, CANARY)


BAD_PROVIDERS: dict[str, tuple[Any, str]] = {
    "malformed": (functools.partial(Credentials, KEY, f"{CANARY}\n"), "the secret key has control characters"),
    "no-arguments": (functools.partial(Credentials, secret_key=CANARY), "provider partial failed: TypeError"),
    "tuple": (functools.partial(tuple, [KEY, CANARY]), "provider partial returned tuple, not Credentials"),
    "text": (functools.partial(str, CANARY), "provider partial returned str, not Credentials"),
    "object": (functools.partial(Vault), "provider partial returned Vault, not Credentials"),
    "provider": (functools.partial(functools.partial, of, CANARY), "provider partial returned partial, not"),
    "asynchronous": (asynchronous, "provider asynchronous returned coroutine, not Credentials"),
}


def reboot(url: str, provider: Any) -> None:
    with Client(provider, base_url=url) as client:
        client.reboot("1")


def reboot_async(url: str, provider: Any) -> None:
    async def call() -> None:
        async with AsyncClient(provider, base_url=url) as client:
            await client.reboot("1")

    asyncio.run(call())


@pytest.mark.parametrize("call", [reboot, reboot_async])
@pytest.mark.parametrize(("provider", "text"), BAD_PROVIDERS.values(), ids=BAD_PROVIDERS)
def test_no_traceback_shows_what_a_bad_provider_holds(
    call: Callable[[str, Any], None], provider: Any, text: str
) -> None:
    with Wire([accept]) as wire, pytest.raises(CredentialsError, match=text) as caught:
        call(wire.url, provider)

    assert CANARY not in locals_in(caught.value, besides=__file__)
    assert wire.requests == []


def test_asynchronous_check_of_a_client_that_blocks_is_named() -> None:
    async def check(secret: str, server: object) -> bool:
        return True

    step = Ask(functools.partial(check, CANARY), None)

    with pytest.raises(TypeError, match=r"^partial is asynchronous, which is for AsyncClient"):
        Client(Credentials(KEY, "secret"))._perform(step)
