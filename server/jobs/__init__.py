"""Background jobs: what there is to do, and the worker that does it."""

from server.jobs.worker import working

__all__ = ["working"]
