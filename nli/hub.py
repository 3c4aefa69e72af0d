"""Datasets of the Hugging Face hub, or copies of them in local folders, read by the `datasets` library.

The library uses the network only for what it has neither in a local folder nor in its cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nli.errors import TableError, first_line

if TYPE_CHECKING:
    from datasets import Dataset

_SAVED = ("dataset_dict.json", "state.json")
"""What `save_to_disk` leaves in a folder of several tables or of one, which `load_dataset` does not read."""


def is_one_table(place: str) -> bool:
    """Whether a folder holds one table as `save_to_disk` writes it, so that there is no split to choose."""
    return (Path(place) / "state.json").is_file()


def load_splits(place: str, config: str | None, shown: str) -> dict[str, Dataset]:
    """The tables of a dataset by the names of their splits, in the dataset's order.

    Args:
        place: a folder with a dataset (as the hub has it, or as `save_to_disk` writes it), or an id, `owner/name`.
        config: its configuration, for datasets that have several.
        shown: what it is called in messages.

    Raises:
        TableError: if there is no such dataset, or it cannot be read.
    """
    from datasets import Dataset, load_dataset, load_from_disk
    from datasets.exceptions import DatasetNotFoundError, DatasetsError

    try:
        with _quiet():
            if any((Path(place) / saved).is_file() for saved in _SAVED):
                loaded = load_from_disk(place)
            else:
                loaded = load_dataset(place, config)
    except (DatasetNotFoundError, ConnectionError, FileNotFoundError) as error:
        raise TableError(f"the dataset {shown} cannot be had ({type(error).__name__})") from None
    except (DatasetsError, ValueError, OSError, RuntimeError) as error:
        raise TableError(f"the dataset {shown} cannot be read: {type(error).__name__}: {first_line(error)}") from error
    if isinstance(loaded, Dataset):
        return {str(loaded.split or "all"): loaded}
    return {str(split): table for split, table in loaded.items()}


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the library's progress bars, which would stand between ours."""
    import datasets

    shown = datasets.is_progress_bar_enabled()
    datasets.disable_progress_bars()
    try:
        yield
    finally:
        if shown:
            datasets.enable_progress_bars()
