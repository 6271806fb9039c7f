"""Members who stand somewhere in a network, under a clock that stands still."""

from tests.connection_requests.conftest import ada, ben, cleo, clock, newcomer, policy

__all__ = ["ada", "ben", "cleo", "clock", "newcomer", "policy"]
