"""A mock of NAVER Cloud Platform's Server API: Prism, serving the contract on loopback."""

from ._installation import InstallationError, NodeMissingError
from ._prism import Prism, PrismError

__all__ = ["InstallationError", "NodeMissingError", "Prism", "PrismError"]
