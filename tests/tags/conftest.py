"""The people of requests, who keep their networks in order."""

from tests.connection_requests.conftest import ada, ben, cleo, clock, newcomer, policy

__all__ = ["ada", "ben", "cleo", "clock", "newcomer", "policy"]
