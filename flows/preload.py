"""What a worker process of this machine does before its first order."""

import logging
import signal
import threading

from extractors import load_pipeline

logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is raised where orders are given


def dask_setup(worker: object) -> None:
    """Load the model, and leave Ctrl-C to the process that gives the orders. Dask calls this as the worker starts."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    load_pipeline()
