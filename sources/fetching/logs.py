"""Keeps credentials out of what the libraries log."""

import logging

from sources.credentials import hide_credentials


def hide_logged_credentials() -> None:
    """Let httpx log addresses without credentials, and the library below it no headers; again does nothing."""
    logging.getLogger("httpx").addFilter(_HIDE)
    logging.getLogger("hpack").setLevel(logging.INFO)  # below that it logs each header with its value


class _Hide(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(hide_credentials(str(value)) if "://" in str(value) else value for value in record.args)
        return True


_HIDE = _Hide()
