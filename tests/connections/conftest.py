"""The people of requests, who are connected."""

from tests.connection_requests.conftest import ada, ben, cleo, clock, newcomer, policy

__all__ = ["ada", "ben", "cleo", "clock", "newcomer", "policy"]
