"""The SQL of Rapport, visibility and all, with nothing around it: what no server in Python could surpass.

The statements are those that `rivals.reads` recorded, one after another on one connection. Each answer is
put together by a loop that was written for its operation, in the shape of Rapport's, and written by orjson.

It is started by `serve()`, which reads `PORT`, `DATABASE_URL` and `STEPS` from the environment.
"""

import pickle
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
from os import environ
from pathlib import Path
from typing import Any

import orjson

from benchmarks.rivals.asgi import Bare, run
from benchmarks.rivals.connections import Connections
from benchmarks.rivals.replay import Progress, Rows, Step

Json = dict[str, Any]


class Found:
    """The rows of an operation's statements, told apart by their columns."""

    def __init__(self, steps: Sequence[Step], progress: Progress) -> None:
        self.members: dict[int, Any] = {}
        self.connections: list[Rows] = []
        self.requests: list[Rows] = []
        for step, rows in zip(steps, progress.rows, strict=True):
            if "other_id" in step.columns:
                self.connections.append(rows)
            elif "sender_id" in step.columns:
                self.requests.append(rows)
            else:
                for row in rows:
                    self.members[row["id"]] = row


def profile(found: Found, member_id: int) -> Json:
    """Q1. A statement reads one row more than the page has."""
    member = found.members[member_id]
    edges = [
        {"node": person(row), "connection": {"connectedAt": row["connected_at"]}}
        for row in found.connections[0][:20]
    ]
    requests = [
        {"note": row["note"], "sentAt": row["sent_at"], "sender": person(row)}
        for row in found.requests[0][:10]
    ]
    shown: Json = {
        "handle": member["handle"],
        "givenName": member["given_name"],
        "familyName": member["family_name"],
        "headline": member["headline"],
        "followerCount": member["follower_count"],
        "connections": {"edges": edges},
    }
    return {"member": shown, "viewer": {"receivedRequests": {"nodes": requests}}}


def one(found: Found, member_id: int) -> Json:
    """Q2."""
    member = found.members[member_id]
    shown = {
        "handle": member["handle"],
        "givenName": member["given_name"],
        "headline": member["headline"],
    }
    return {"member": shown}


def network(found: Found, member_id: int) -> Json:
    """Q3. Each list is one row longer than the page, where it goes on."""
    del member_id
    mine, theirs = found.connections
    pages: dict[int, list[Json]] = {row["other_id"]: [] for row in mine[:50]}
    for row in theirs:
        page = pages[row["owner_id"]]
        if len(page) < 5:
            page.append(five(row))
    nodes = [five(row) | {"connections": {"nodes": pages[row["other_id"]]}} for row in mine[:50]]
    return {"member": {"connections": {"nodes": nodes}}}


def person(row: Any) -> Json:
    """A member in Q1."""
    return {
        "id": public_id(row["id"]),
        "givenName": row["given_name"],
        "familyName": row["family_name"],
        "headline": row["headline"],
    }


def five(row: Any) -> Json:
    """A member in Q3."""
    return {
        "id": public_id(row["id"]),
        "handle": row["handle"],
        "givenName": row["given_name"],
        "familyName": row["family_name"],
        "headline": row["headline"],
    }


def public_id(id: int) -> str:
    """As Rapport has it; digits alone never need the two letters in which base64url differs."""
    return "M_" + b2a_base64(b"%d" % id, newline=False).decode().rstrip("=")


ANSWERS = {"Q1": profile, "Q2": one, "Q3": network}


class Replies(Connections):
    """Answers by running the recorded statements."""

    def __init__(self, steps: Mapping[str, Sequence[Step]]) -> None:
        super().__init__()
        self._steps = steps

    async def answer(self, operation: str, member_id: int) -> bytes:
        """The response."""
        steps, progress, connection = self._steps[operation], Progress(member_id), self.idle.pop()
        try:
            for step in steps:
                await step.run(progress, connection.rows)
        finally:
            self.idle.append(connection)
        return orjson.dumps({"data": ANSWERS[operation](Found(steps, progress), member_id)})


def serve() -> None:
    """Serve until a signal."""
    run(Bare(Replies(pickle.loads(Path(environ["STEPS"]).read_bytes()))))
