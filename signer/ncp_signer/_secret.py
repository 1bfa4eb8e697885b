"""A string that no repr, log record, traceback or pickle shows."""

import hmac
from collections.abc import Callable
from typing import Any, Final, NoReturn, Self, final

_REDACTED: Final = "Secret('**********')"


class NeverCopied:
    """What holds a secret: there is no second one, and none leaves the process."""

    __slots__ = ()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("credentials cannot be pickled: load them again where they are needed")


@final
class Secret(NeverCopied):
    """A string that shows itself only where :meth:`reveal` is called.

    Tracebacks with local variables, log records and debuggers print the repr of what they find. A secret that is only
    ever bound to a name inside this wrapper does not appear there.
    """

    __slots__ = ("_reveal",)

    _reveal: Callable[[], str]

    def __init__(self, value: str) -> None:
        self._reveal = value.__str__  # a method of the string: whoever lists the attributes finds that, not the string

    def reveal(self) -> str:
        """The string itself. Use it in an expression, never bind it to a name."""
        return self._reveal()

    def __bool__(self) -> bool:
        return bool(self.reveal())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(
            self.reveal().encode("utf-8", "surrogatepass"), other.reveal().encode("utf-8", "surrogatepass")
        )

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __repr__(self) -> str:
        return _REDACTED
