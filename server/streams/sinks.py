"""What a transport gives for each subscription: somewhere to put results."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Result:
    """One execution's result as JSON, shared by all whom it answers.

    `cursor` is where its event stands in the log, None where a stream can't be resumed behind it. `framed` is
    room for transports to keep the bytes that they make of it, by what else is in them.
    """

    json: bytes
    cursor: str | None = None
    framed: dict[object, bytes] = field(default_factory=dict)


class Sink(Protocol):
    """Takes the results of one subscription to its client, in order. Nothing is taken after `close`."""

    def put(self, result: Result) -> None:
        """Send the result, now or when the client reads on. Never waits."""

    @property
    def is_full(self) -> bool:
        """Whether more is on the way than a client should have outstanding: put nothing until `drained`."""

    async def drained(self) -> None:
        """Wait until there is room again; returns also when the client is gone."""

    def end(self) -> None:
        """Nothing more comes, by the server's decision: `complete` for the operation."""

    def give_up(self) -> None:
        """The client has been too slow: end the operation and the connection in an orderly way, and soon."""
