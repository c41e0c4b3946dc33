"""The flows and the command line; the only room that imports prefect."""

__version__ = "0.1.0"
