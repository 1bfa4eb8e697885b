"""A mock of NAVER Cloud Platform's Server API: a gateway that verifies signatures, before Prism with the contract."""

from typing import TYPE_CHECKING, Any

from ._installation import InstallationError, NodeMissingError
from ._installation import require_extra as _require_extra

if TYPE_CHECKING:
    from ._behaviour import BehaviourError
    from ._faults import FaultError
    from ._fleet_file import FleetError
    from ._mock import Mock, NcpMock
    from ._prism import PrismError
    from ._records import Record
    from ._thread import MockError

__all__ = [
    "BehaviourError",
    "FaultError",
    "FleetError",
    "InstallationError",
    "Mock",
    "MockError",
    "NcpMock",
    "NodeMissingError",
    "PrismError",
    "Record",
]


# Type checkers must not see it: with it, they would take any misspelt name for one of this package's.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import on first use: the pytest plugin, which every run of pytest loads, lies in this package, too."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        _require_extra()
        from . import _behaviour, _faults, _fleet_file, _mock, _prism, _records, _thread

        modules = _mock, _behaviour, _faults, _fleet_file, _prism, _records, _thread
        return next(vars(module)[name] for module in modules if name in vars(module))


def __dir__() -> list[str]:
    return __all__
