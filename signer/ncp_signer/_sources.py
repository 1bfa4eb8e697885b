"""Where credentials are looked for when nobody says which."""

import os
from typing import TYPE_CHECKING

from ._credentials import ACCESS_KEY_VARIABLES, DEFAULT_FILE, SECRET_KEY_VARIABLES, Credentials
from ._errors import CredentialsError

if TYPE_CHECKING:
    from ._server_role import ServerRole


def load_credentials(profile: str | None = None) -> "Credentials | ServerRole":
    """Find credentials: the environment first, then ``~/.ncloud/configure``, profile ``DEFAULT``, then the Server Role.

    An environment that has one of the two keys and not the other is an error, and so is a file that is there and has no
    usable keys: going on would act for another account than the one that was meant. The metadata service is asked for
    the role's keys once, to see that it is there.

    Args:
        profile: This profile of the file, and nothing else.

    Raises:
        CredentialsError: Nothing usable was found. The text names every place that was looked in.
    """
    if profile is not None:
        return Credentials.from_file(profile=profile)
    try:
        return Credentials.from_env()
    except CredentialsError as error:
        if any(os.environ.get(name, "").strip() for name in ACCESS_KEY_VARIABLES + SECRET_KEY_VARIABLES):
            raise
        in_environment = str(error)
    try:
        return Credentials.from_file()
    except CredentialsError as error:
        if os.path.exists(os.path.expanduser(DEFAULT_FILE)):  # noqa: PTH110, PTH111 - these never raise
            raise
        in_file = str(error)
    from ._server_role import ServerRole  # imports http.client, which most programs do not need

    role = ServerRole()
    try:
        role()
    except CredentialsError as error:
        raise CredentialsError(f"no usable credentials. {in_environment}. {in_file}. {error}") from None
    return role
