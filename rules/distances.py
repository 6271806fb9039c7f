"""How near members are in the network of connections."""

from enum import StrEnum
from typing import Final

MOST_PATHS: Final = 3
"""Chains that are shown to a member."""


class NetworkDegree(StrEnum):
    """Distance in the network of connections."""

    SELF = "SELF"
    FIRST = "FIRST"
    SECOND = "SECOND"
    THIRD = "THIRD"
    OUT_OF_NETWORK = "OUT_OF_NETWORK"
