"""A mock of NAVER Cloud Platform's Server API: a gateway that verifies signatures, before Prism with the contract."""

from typing import TYPE_CHECKING, Any

from ._installation import InstallationError, NodeMissingError, require_extra as _require_extra

if TYPE_CHECKING:
    from ._contract.observed import ObservedError
    from ._fleet.behaviour import BehaviourError, BehaviourOptions
    from ._fleet.file import FleetError
    from ._gateway.faults import FaultError, FaultOptions
    from ._gateway.records import Record
    from ._launch.mock import Mock, NcpMock
    from ._launch.prism import PrismError
    from ._launch.thread import MockError

__all__ = [
    "BehaviourError",
    "BehaviourOptions",
    "FaultError",
    "FaultOptions",
    "FleetError",
    "InstallationError",
    "Mock",
    "MockError",
    "NcpMock",
    "NodeMissingError",
    "ObservedError",
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
        from ._contract import observed
        from ._fleet import behaviour, file
        from ._gateway import faults, records
        from ._launch import mock, prism, thread

        modules = mock, behaviour, faults, file, observed, prism, records, thread
        return next(vars(module)[name] for module in modules if name in vars(module))


def __dir__() -> list[str]:
    return __all__
