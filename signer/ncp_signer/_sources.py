"""Where credentials are looked for when nobody says which."""

import os
from typing import TYPE_CHECKING, Final

from ._credentials import VARIABLES, Credentials
from ._errors import CredentialsError
from ._profiles import is_absent, located

if TYPE_CHECKING:
    from ._server_role import ServerRole

_PROFILE: Final = "NCLOUD_PROFILE"


def load_credentials(profile: str | None = None) -> "Credentials | ServerRole":
    """Find credentials: the environment first, then ``~/.ncloud/configure``, profile ``DEFAULT``, then the Server Role.

    ``NCLOUD_PROFILE`` names another profile. It leads to the file and nowhere else, and contradicts keys in the
    environment, which may be another account's.

    Only a source that is provably not there leads on to the next: going on would act for another account than the one
    that was meant. So a variable that is set, even if it is empty, is an error without a whole pair, and so is a file
    without usable keys, or one that cannot be reached. The metadata service is asked for the role's keys once, to see
    that it is there.

    Args:
        profile: This profile of the file, and nothing else, whatever the environment says.

    Raises:
        CredentialsError: Nothing usable was found, or the environment contradicts itself. The text names every place
            that was looked in.
    """
    if profile is None:
        profile = _profile_of_environment()
    if profile is not None:
        return Credentials.from_file(profile=profile)
    try:
        return Credentials.from_env()
    except CredentialsError as error:
        if any(name in os.environ for pair in VARIABLES for name in pair):
            raise
        in_environment = str(error)
    file = located()
    absent = is_absent(file)
    try:
        return Credentials.from_file(file)
    except CredentialsError as error:
        if not absent:
            raise
        in_file = str(error)
    from ._server_role import ServerRole  # imports http.client, which most programs do not need

    try:
        role = ServerRole()
        role()
    except CredentialsError as error:
        raise CredentialsError(f"no usable credentials. {in_environment}. {in_file}. {error}") from None
    return role


def _profile_of_environment() -> str | None:
    if (name := os.environ.get(_PROFILE)) is None:
        return None
    if not name.strip():
        raise CredentialsError(f"{_PROFILE} is set and empty (leave it out for no profile)")
    if keys := [key for pair in VARIABLES for key in pair if key in os.environ]:
        raise CredentialsError(
            f"{_PROFILE} names a profile, and {' and '.join(keys)} {'are' if keys[1:] else 'is'} set: these may be two"
            f" accounts; unset {_PROFILE} or the keys, or give the profile as an argument"
        )
    return name.strip()
