"""Tables of pairs in, the same tables with their scores out.

`score_table` does the whole job. Readers, scoring and writers are separate: each knows only the rows that
pass between them (`nli.batch.tables`).
"""

from __future__ import annotations

from nli.batch.job import JobOptions, JobSummary, score_table
from nli.batch.tables import ADDED_COLUMNS

__all__ = ["ADDED_COLUMNS", "JobOptions", "JobSummary", "score_table"]
