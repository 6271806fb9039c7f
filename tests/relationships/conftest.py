"""The people of requests, who stand in all relationships."""

from tests.connection_requests.conftest import ada, ben, cleo, clock, newcomer, policy

__all__ = ["ada", "ben", "cleo", "clock", "newcomer", "policy"]
