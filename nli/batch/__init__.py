"""Tables of pairs in, the same tables with their scores out.

`score_table` scores one table into one file, `score_folder` any number of them into a folder that can be resumed.
Readers, scoring and writers are separate: each knows only the rows that pass between them (`nli.batch.tables`).
"""

from __future__ import annotations

from nli.batch.folder_job import EngineRunner, FolderOptions, score_folder
from nli.batch.job import JobOptions, JobSummary, score_table
from nli.batch.tables import ADDED_COLUMNS

__all__ = [
    "ADDED_COLUMNS",
    "EngineRunner",
    "FolderOptions",
    "JobOptions",
    "JobSummary",
    "score_folder",
    "score_table",
]
