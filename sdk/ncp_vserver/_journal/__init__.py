"""The journal: what runs have asked for and what came of it, durable before anything else happens.

Imported only where a journal is used: SQLAlchemy takes longer to import than most commands take to run.
"""

from .journal import Journal
from .process import Process
from .recording import Recording
from .runs import RecordedReport, Run

__all__ = ["Journal", "Process", "RecordedReport", "Recording", "Run"]
