"""What a worker of the tests does with two kinds of page: one kills it, one keeps it for ever."""

import os
import signal
import time

from extractors import read_article
from flows import batches
from schemas import Article, Page, Problem

DEADLY, ENDLESS = b"a page that kills", b"a page without end"


def read_poison(page: Page, *, allow_undated: bool = False) -> Article | Problem:
    """Read a page as always, unless it is one of these."""
    if DEADLY in page.content:
        os.kill(os.getpid(), signal.SIGKILL)
    if ENDLESS in page.content:
        time.sleep(3600)
    return read_article(page, allow_undated=allow_undated)


def dask_setup(worker: object) -> None:
    """Dask calls this as the worker starts."""
    batches.read_article = read_poison
