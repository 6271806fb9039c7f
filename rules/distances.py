"""How near members are in the network of connections."""

from collections.abc import Mapping
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


BY_STEPS: Final[Mapping[int | None, NetworkDegree]] = {
    0: NetworkDegree.SELF,
    1: NetworkDegree.FIRST,
    2: NetworkDegree.SECOND,
    3: NetworkDegree.THIRD,
    None: NetworkDegree.OUT_OF_NETWORK,
}
"""By the number of connections that it takes, None for more than three."""
