"""The probes that only read, by the assumption that each tests."""

from collections.abc import Mapping
from typing import Final

from . import lists, requests, responses
from .probing import Probe

PROBES: Final[Mapping[str, Probe]] = {**requests.PROBES, **lists.PROBES, **responses.PROBES}
