"""The journal: what runs have asked for and what came of it, durable before anything else happens.

Imported only by whoever uses a journal: SQLAlchemy takes longer to import than most commands take.
"""

from ._journal import Journal, RecordedReport, Run
from ._process import Process
from ._recording import Recording

__all__ = ["Journal", "Process", "RecordedReport", "Recording", "Run"]
