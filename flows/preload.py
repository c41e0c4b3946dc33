"""What a worker process of this machine does before its first order."""

import signal
import threading

from extractors import load_pipeline


def dask_setup(worker: object) -> None:
    """Load the model, and leave Ctrl-C to the process that gives the orders. Dask calls this as the worker starts."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    load_pipeline()
