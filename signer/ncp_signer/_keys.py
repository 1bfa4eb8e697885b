"""What requests are signed with, and what messages call it."""

from types import BuiltinFunctionType, CoroutineType, FunctionType, MethodType
from typing import cast, final

from ._credentials import Credentials, CredentialsProvider
from ._errors import CredentialsError
from ._secret import NeverCopied


def name_of(given: object) -> str:
    """What messages call an object of the user's: a function or class by its name, any other by its type's.

    Never its repr, which may show a secret: that of a ``functools.partial`` or a dataclass shows all that it holds.
    """
    if isinstance(given, MethodType):
        return name_of(given.__func__)
    if isinstance(given, FunctionType | BuiltinFunctionType | type):
        return given.__qualname__
    return type(given).__qualname__


@final
class Keys(NeverCopied):
    """Credentials, or a function that returns them, in a wrapper whose repr shows no more than a name.

    Tracebacks with local variables show the repr of what they find: bind this to a name there, and nothing else.
    """

    __slots__ = ("_given",)

    def __init__(self, given: Credentials | CredentialsProvider) -> None:
        # Not checked here: the caller would have to raise while the keys, passed bare, are bound to one of its names.
        self._given = given.given if isinstance(given, Keys) else given

    @property
    def given(self) -> Credentials | CredentialsProvider:
        """What was given. Use it in an expression, never bind it to a name."""
        return self._given

    @property
    def source(self) -> str:
        """Where the keys come from: the credentials' source, or the name of the function or of its type."""
        return self._given.source if isinstance(self._given, Credentials) else name_of(self._given)

    def __call__(self) -> Credentials:
        """The present credentials. Raises CredentialsError, and no other, which could pass for a request's."""
        if isinstance(self._given, Credentials):
            return self._given
        try:
            returned = cast(object, self._given())  # of a caller without a type checker
        except CredentialsError:
            raise
        except Exception as error:
            raise CredentialsError(f"credentials provider {self.source} failed: {type(error).__name__}") from error
        if isinstance(returned, Credentials):
            return returned
        kind = name_of(type(returned))
        if isinstance(returned, CoroutineType):
            returned.close()
        del returned  # keys passed bare may show in a traceback with local variables
        raise CredentialsError(f"credentials provider {self.source} returned {kind}, not Credentials")

    def __repr__(self) -> str:
        return repr(self._given) if isinstance(self._given, Credentials) else self.source
