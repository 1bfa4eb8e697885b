"""Access key and secret key, and where they come from."""

import hmac
import os
import re
import weakref
from collections.abc import Callable, Mapping
from typing import Final, NoReturn, Self, final

from ._errors import CredentialsError
from ._profiles import ACCESS_KEY_SETTING, API_URL_SETTING, DEFAULT_PROFILE, SECRET_KEY_SETTING, located, read_profile
from ._secret import NeverCopied, Secret

# The pairs of names that NAVER's own tools read, the usual one first. They are taken whole.
# https://github.com/NaverCloudPlatform/ncloud-sdk-go-v2 (ncloud/credentials)
VARIABLES: Final = (("NCLOUD_ACCESS_KEY_ID", "NCLOUD_SECRET_ACCESS_KEY"), ("NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_KEY"))

# What newer access keys begin with, all of them.
_COMMON_START: Final = "ncp_iam_"


@final
class Credentials(NeverCopied):
    """An access key and its secret key. Immutable, and shows the secret nowhere.

    Args:
        access_key: The access key ID. It travels in a header: printable ASCII without spaces.
        secret_key: The secret key. It is used as UTF-8 bytes, and never Base64-decoded.
        source: Where the keys come from, for people.
        api_url: The gateway that they are for, as a profile names it; it is not checked here.

    Raises:
        CredentialsError: One of the two is empty or has characters that no key has.
    """

    __slots__ = ("__weakref__", "_access_key", "_api_url", "_keyed", "_secret_key", "_source")

    _access_key: str
    _secret_key: Secret
    _keyed: hmac.HMAC
    _source: str
    _api_url: str | None

    def __init__(
        self, access_key: str, secret_key: str | Secret, *, source: str = "arguments", api_url: str | None = None
    ) -> None:
        # Arguments may show in a traceback with local variables, and the two are swapped easily: keep neither by name.
        keys = Secret(access_key), secret_key if isinstance(secret_key, Secret) else Secret(secret_key)
        are_text = _are_text(access_key, secret_key, source)
        del access_key, secret_key
        if fault := _fault_in_keys(*keys) if are_text else "access key, secret key and source must be strings":
            raise CredentialsError(fault)
        object.__setattr__(self, "_access_key", keys[0].reveal())
        object.__setattr__(self, "_secret_key", keys[1])
        object.__setattr__(self, "_keyed", hmac.new(keys[1].reveal().encode(), digestmod="sha256"))
        object.__setattr__(self, "_source", source)
        object.__setattr__(self, "_api_url", api_url)
        _ALIVE[id(self)] = self

    @property
    def access_key(self) -> str:
        """The access key ID."""
        return self._access_key

    @property
    def secret_key(self) -> Secret:
        """The secret key, wrapped."""
        return self._secret_key

    @property
    def source(self) -> str:
        """Where the keys come from: ``arguments``, ``environment``, a file with its profile, or a Server Role."""
        return self._source

    @property
    def api_url(self) -> str | None:
        """The gateway that their profile names as ``ncloud_api_url``, as it stands there; None if it names none."""
        return self._api_url

    @property
    def masked_access_key(self) -> str:
        """The access key as it may be shown. It is not the secret, should someone have swapped the two."""
        return masked(getattr(self, "_access_key", ""))  # not there yet in a traceback of __init__

    def hmac_sha256(self, message: bytes) -> bytes:
        """The HMAC-SHA256 of ``message``, keyed with the secret key as UTF-8. Does not handle the key itself."""
        keyed = self._keyed.copy()
        keyed.update(message)
        return keyed.digest()

    @classmethod
    def from_env(cls) -> Self:
        """Read one pair of variables, by the two pairs of names that NAVER's own tools use.

        Raises:
            CredentialsError: No pair is complete, a variable of the other pair is set too and says otherwise, or a key
                has characters that no key has.
        """
        secrets = {name: Secret(os.environ.get(name, "").strip(" \t\r\n")) for pair in VARIABLES for name in pair}
        given = {name for name, secret in secrets.items() if secret}
        missing = [
            f"neither {' nor '.join(names)} is set" for names in zip(*VARIABLES, strict=True) if not given & {*names}
        ]
        if missing:
            empty = " and ".join(name for name in secrets if name in os.environ and name not in given)
            raise CredentialsError(
                f"environment: {', '.join(missing)}" + (f" ({empty} set and empty)" if empty else "")
            )
        pairs = [pair for pair in VARIABLES if given & {*pair}]
        whole = given.issuperset(name for pair in pairs for name in pair)
        found = {cls._from_place("environment", {name: secrets[name] for name in pair}) for pair in pairs if whole}
        if len(found) != 1:
            raise CredentialsError(
                f"environment: {' and '.join(name for name in secrets if name in given)} are of two pairs, and"
                f" {'say different keys' if whole else 'not both are complete'}:"
                f" set {' or '.join(' with '.join(pair) for pair in VARIABLES)} and nothing else"
            )
        return found.pop()

    @classmethod
    def from_file(cls, path: str | os.PathLike[str] | None = None, profile: str = DEFAULT_PROFILE) -> Self:
        """Read a file as ``ncloud configure`` writes it, with or without ``[profile]`` sections.

        Args:
            path: The file; ``~/.ncloud/configure`` when None.
            profile: The section. Lines before the first section belong to ``DEFAULT``.

        Raises:
            CredentialsError: The file cannot be read, or a key is missing, empty or has characters that no key has.
        """
        file = located() if path is None else located(path)
        place = f"{file} [{profile}]"
        settings = read_profile(file, profile)
        if isinstance(settings, str):
            raise CredentialsError(f"{place}: {settings}")
        missing = [name for name in (ACCESS_KEY_SETTING, SECRET_KEY_SETTING) if not settings.get(name)]
        if missing:
            raise CredentialsError(f"{place}: {' and '.join(missing)} not set or empty")
        api_url = settings.get(API_URL_SETTING)
        pair = {name: settings[name] for name in (ACCESS_KEY_SETTING, SECRET_KEY_SETTING)}
        return cls._from_place(place, pair, api_url.reveal() if api_url else None)

    @classmethod
    def _from_place(cls, place: str, pair: Mapping[str, Secret], api_url: str | None = None) -> Self:
        """Check access key and secret key, by the names that they have in that place."""
        for name, secret in pair.items():
            if re.search(r"""\s[#;]|^["']|["']$""", secret.reveal()):
                raise CredentialsError(
                    f"{place}: {name} has quotes around it or a comment behind it: neither belongs there"
                )
        access_key, secret_key = pair.values()
        if fault := _fault_in_keys(access_key, secret_key):
            raise CredentialsError(f"{place}: {fault}")
        return cls(access_key.reveal(), secret_key, source=place, api_url=api_url)

    def __repr__(self) -> str:
        return f"Credentials(access_key='{self.masked_access_key}')"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Credentials):
            return NotImplemented
        return self._access_key == other._access_key and self._secret_key == other._secret_key

    def __hash__(self) -> int:
        return hash((self._access_key, self._secret_key))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        del value
        raise AttributeError(f"Credentials are immutable: cannot set {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Credentials are immutable: cannot delete {name}")


def masked(access_key: str) -> str:
    """As much of an access key as tells it from others: its start or, where all have that in common, its end, too."""
    if access_key.startswith(_COMMON_START) and "…" not in access_key:
        return f"{_COMMON_START}…{access_key[len(_COMMON_START) :][-4:]}"
    return access_key if "…" in access_key else f"{access_key[:4]}…"


CredentialsProvider = Callable[[], Credentials]
"""What gives the present credentials for each request, such as a ``ServerRole``. It may be called from any thread."""

# Every pair of keys in this process, so that they can be kept out of logs.
_ALIVE: Final[weakref.WeakValueDictionary[int, Credentials]] = weakref.WeakValueDictionary()


def alive() -> list[Credentials]:
    """All credentials that exist in this process."""
    return [credentials for reference in _ALIVE.valuerefs() if (credentials := reference()) is not None]


def _are_text(access_key: object, secret_key: object, source: object) -> bool:
    """For callers without a type checker: keys that are bytes or None would else fail in odd ways."""
    return isinstance(access_key, str) and isinstance(secret_key, str | Secret) and isinstance(source, str)


def _fault_in_keys(access_key: Secret, secret_key: Secret) -> str | None:
    """What is wrong with a pair of keys, in words that do not quote them."""
    if not access_key:
        return "the access key is empty"
    if not re.fullmatch("[!-~]+", access_key.reveal()):
        return "the access key has white space, control or non-ASCII characters"
    if not secret_key:
        return "the secret key is empty"
    if secret_key.reveal() != secret_key.reveal().strip() or not secret_key.reveal().isprintable():
        return "the secret key has control characters, or white space at an end"
    if access_key == secret_key:
        return "access key and secret key are the same"
    return None
