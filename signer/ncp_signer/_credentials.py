"""Access key and secret key, and where they come from."""

import hmac
import os
import re
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn, Self, final

from ._errors import CredentialsError
from ._secret import Secret

# The names that NAVER's own tools read, the usual one first.
# https://github.com/NaverCloudPlatform/ncloud-sdk-go-v2 (ncloud/credentials)
ACCESS_KEY_VARIABLES: Final = ("NCLOUD_ACCESS_KEY_ID", "NCLOUD_ACCESS_KEY")
SECRET_KEY_VARIABLES: Final = ("NCLOUD_SECRET_ACCESS_KEY", "NCLOUD_SECRET_KEY")

# What "ncloud configure" writes. https://cli.ncloud-docs.com/docs/guide-userguide
ACCESS_KEY_SETTING: Final = "ncloud_access_key_id"
SECRET_KEY_SETTING: Final = "ncloud_secret_access_key"  # noqa: S105 - a name, not a secret
DEFAULT_PROFILE: Final = "DEFAULT"
DEFAULT_FILE: Final = "~/.ncloud/configure"

# What newer access keys begin with, all of them.
_COMMON_START: Final = "ncp_iam_"


@final
class Credentials:
    """An access key and its secret key. Immutable, and shows the secret nowhere.

    Args:
        access_key: The access key ID. It travels in a header: printable ASCII without spaces.
        secret_key: The secret key. It is used as UTF-8 bytes, and never Base64-decoded.
        source: Where the keys come from, for people.

    Raises:
        CredentialsError: One of the two is empty or has characters that no key has.
    """

    __slots__ = ("__weakref__", "_access_key", "_keyed", "_secret_key", "_source")

    _access_key: str
    _secret_key: Secret
    _keyed: hmac.HMAC
    _source: str

    def __init__(self, access_key: str, secret_key: str | Secret, *, source: str = "arguments") -> None:
        # Arguments may show in a traceback with local variables, and the two are swapped easily: keep neither by name.
        keys = Secret(access_key), secret_key if isinstance(secret_key, Secret) else Secret(secret_key)
        are_text = _are_text(access_key, secret_key)
        del access_key, secret_key
        if fault := _fault_in_keys(*keys) if are_text else "access key and secret key must be strings":
            raise CredentialsError(fault)
        object.__setattr__(self, "_access_key", keys[0].reveal())
        object.__setattr__(self, "_secret_key", keys[1])
        object.__setattr__(self, "_keyed", hmac.new(keys[1].reveal().encode(), digestmod="sha256"))
        object.__setattr__(self, "_source", source)
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
        """Read the environment, by the four variable names that NAVER's own tools use.

        Raises:
            CredentialsError: A key is missing or empty, or has characters that no key has.
        """
        access_key = _first_set(os.environ, ACCESS_KEY_VARIABLES)
        secret_key = _first_set(os.environ, SECRET_KEY_VARIABLES)
        missing = [
            f"neither {' nor '.join(names)} is set"
            for names, key in ((ACCESS_KEY_VARIABLES, access_key), (SECRET_KEY_VARIABLES, secret_key))
            if not key
        ]
        if missing:
            raise CredentialsError(f"environment: {', '.join(missing)}")
        return cls._from_place("environment", access_key, secret_key)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str] | None = None, profile: str = DEFAULT_PROFILE) -> Self:
        """Read a file as ``ncloud configure`` writes it, with or without ``[profile]`` sections.

        Args:
            path: The file; ``~/.ncloud/configure`` when None.
            profile: The section. Lines before the first section belong to ``DEFAULT``.

        Raises:
            CredentialsError: The file cannot be read, or a key is missing, empty or has characters that no key has.
        """
        file = os.path.expanduser(DEFAULT_FILE if path is None else path)  # noqa: PTH111 - never raises
        place = f"{file} [{profile}]"
        settings = _read_profile(file, profile)
        if isinstance(settings, str):
            raise CredentialsError(f"{place}: {settings}")
        missing = [name for name in (ACCESS_KEY_SETTING, SECRET_KEY_SETTING) if not settings.get(name)]
        if missing:
            raise CredentialsError(f"{place}: {' and '.join(missing)} not set or empty")
        return cls._from_place(place, settings[ACCESS_KEY_SETTING], settings[SECRET_KEY_SETTING])

    @classmethod
    def _from_place(cls, place: str, access_key: Secret, secret_key: Secret) -> Self:
        if fault := _fault_in_keys(access_key, secret_key):
            raise CredentialsError(f"{place}: {fault}")
        return cls(access_key.reveal(), secret_key, source=place)

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

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("credentials cannot be pickled: load them again where they are needed")


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


def _are_text(access_key: object, secret_key: object) -> bool:
    """For callers without a type checker: keys that are bytes or None would else fail in odd ways."""
    return isinstance(access_key, str) and isinstance(secret_key, str | Secret)


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


def _first_set(environment: Mapping[str, str], names: tuple[str, ...]) -> Secret:
    """The first variable that is not empty, stripped of white space at its ends; an empty secret if there is none."""
    return next((secret for name in names if (secret := Secret(environment.get(name, "").strip()))), Secret(""))


def _read_profile(file: str, profile: str) -> dict[str, Secret] | str:
    """The settings of one profile, or the reason why there are none.

    Not configparser: it lets sections inherit from DEFAULT, so that the keys of two accounts could be mixed, joins
    indented lines, and quotes the offending line, which may be a secret, in its errors. Nothing here raises while a
    value is bound to a name.
    """
    try:
        content = Secret(Path(file).read_bytes().decode("utf-8-sig", "replace"))
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    except ValueError:
        return "cannot be read (a null character in the path)"
    if "\N{REPLACEMENT CHARACTER}" in content.reveal():
        return "is not UTF-8 text"
    section = DEFAULT_PROFILE
    profiles: dict[str, dict[str, Secret]] = {}
    for line in content.reveal().replace("\r\n", "\n").split("\n"):
        text = line.strip(" \t")
        if not text or text.startswith(("#", ";")):
            continue
        if text.startswith("["):
            # Whatever begins like a section ends the one before: its keys may be another account's.
            header = re.fullmatch(r"\[\s*([^\]]*?)\s*\](\s*|\s+[#;].*)", text)
            if header is None:
                return "has a section line that is not [name]"
            section = header[1]
            profiles[section] = {}  # a profile that comes twice is the later one, not a mixture
            continue
        name, _, value = text.partition("=")
        if name.strip().lower() in (ACCESS_KEY_SETTING, SECRET_KEY_SETTING):  # any other text may be a stray secret
            profiles.setdefault(section, {})[name.strip().lower()] = Secret(value.strip(" \t"))
    if profile not in profiles:
        return f"has no profile {profile}" + (f", but {', '.join(profiles)}" if profiles else "")
    settings = profiles[profile]
    for name, secret in settings.items():
        if re.search(r"""\s[#;]|^["']|["']$""", secret.reveal()):
            return f"{name} has quotes around it or a comment behind it: neither belongs there"
    return settings
