"""Looks at a network through loaders and resolvers, in the form of `tests.visibility.matrix`."""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from auth.identity import Viewer
from loaders.context import Deployment
from rules.paging import PageArgs
from tests.selections import selected
from tests.visibility.matrix import Eyes, Matrix, Seen
from tests.visibility.networks import PROFILE

PAGE = "totalCount edges { node { handle } connection { connectedAt } }"
SHARED = "totalCount nodes { handle }"
SUGGESTED = "totalCount nodes { member { handle } reasons { kind } }"
OWN_COLUMNS = ("handle", "given_name", "family_name", "display_name", "headline", "version")
COUNTS = ("connection_count", "follower_count")
COLUMNS = {*OWN_COLUMNS, *COUNTS, *PROFILE} - {"email"}
SECTIONS = ("experience", "education", "skills", "followers", "following")


@dataclass(frozen=True)
class Code:
    """The modules that answer."""

    context: ModuleType
    members: ModuleType
    connections: ModuleType
    mutual_connections: ModuleType
    paths: ModuleType
    relationships: ModuleType
    suggestions: ModuleType
    resolvers: ModuleType

    async def look(self, deployment: Deployment, matrix: Matrix, eyes: Eyes) -> Seen:
        """All that these eyes see of the network."""
        viewer = None if eyes.member is None else Viewer(eyes.member, session_id=1, scopes=eyes.scopes)
        ctx = self.context.Context(deployment, viewer)
        rows = await self.members.load_many(ctx, matrix.ids)
        links = await self.connections.between(ctx, matrix.pairs)
        faces = await self.members.faces(ctx, matrix.ids)
        found = [row for row in rows if row]
        return {
            "members": await self._members(ctx, rows),
            "lists": await self._lists(ctx, found),
            "own list": await self._lists(ctx, [row for row in found if row.id == eyes.member]),
            "shared lists": await self._shared_lists(ctx, matrix.ids),
            **await self._suggestions(ctx),
            "distances": await self._distances(ctx, matrix.ids),
            "links": [link and link.connected_at is not None for link in links],
            "faces": [face and (face.display_name, face.handle) for face in faces],
            "hidden in faces": self._hidden(ctx, [face for face in faces if face]),
        }

    async def _members(self, ctx: Any, rows: list[Any]) -> list[Seen | None]:
        found = [row for row in rows if row]
        parts = zip(
            found,
            await self.connections.pages(ctx, found, PageArgs(first=100), selected(PAGE)),
            self._hidden(ctx, found),
            self.resolvers.are_viewer(found, ctx),
            self.resolvers.joined_on(found, ctx),
            strict=True,
        )
        seen = {row.id: _member(row, *rest) for row, *rest in parts}
        return [seen[row.id] if row else None for row in rows]

    async def _lists(self, ctx: Any, owners: list[Any]) -> list[list[Seen] | None]:
        """What their lists of connections tell of who is on them."""
        pages = await self.connections.pages(ctx, owners, PageArgs(first=100), selected(PAGE))
        return [page and [_items(item.node) for item in page.items] for page in pages]

    async def _shared_lists(self, ctx: Any, ids: list[int]) -> list[list[Seen] | None]:
        """What the lists of connections that the viewer shares with them tell of who is on these."""
        pages = await self.mutual_connections.pages(ctx, ids, PageArgs(first=100), selected(SHARED))
        return [page and [_items(item.node) for item in page.items] for page in pages]

    async def _distances(self, ctx: Any, ids: list[int]) -> list[Seen | None]:
        if ctx.sight.network_viewer_id is None:
            return [None] * len(ids)
        seen = zip(
            await self.relationships.of_viewer(ctx, ids),
            await self.relationships.distances(ctx, ids, "degree"),
            await self.relationships.distances(ctx, ids, "mutual_count"),
            await self.mutual_connections.pages(ctx, ids, PageArgs(first=100), selected(SHARED)),
            await self.paths.paths(ctx, ids, 3),
            strict=True,
        )
        return [row and _distance(row.is_blocking, *rest) for row, *rest in seen]

    async def _suggestions(self, ctx: Any) -> Seen:
        """Who is suggested for which reasons, and what the page tells of them."""
        if ctx.sight.network_viewer_id is None:
            return {"suggestions": {}, "suggested": {}}
        await self.suggestions.make(ctx)
        page = await self.suggestions.pages(ctx, PageArgs(first=100), None, selected(SUGGESTED))
        assert page.total_count == len(page.items)
        return {
            "suggestions": {each.member.handle: {str(kind) for kind in each.kinds} for each in page.items},
            "suggested": {each.member.handle: _items(each.member) for each in page.items},
        }

    def _hidden(self, ctx: Any, rows: list[Any]) -> list[Seen]:
        hidden = self.resolvers.hidden_sections(rows, ctx)
        return [{each.section: (each.reason, each.opened_by) for each in sections} for sections in hidden]


def _member(row: Any, page: Any, hidden: Seen, is_viewer: bool, joined_on: object) -> Seen:
    return {
        **_items(row),
        "connections": page and _connections(page),
        "hidden_sections": hidden,
        "is_viewer": is_viewer,
        "is_dated": joined_on is not None,
    }


def _items(row: Any) -> Seen:
    return {
        **{name: getattr(row, name) for name in COLUMNS},
        **{name: getattr(row, f"shows_{name}") or None for name in SECTIONS},
        "email": row.contact_email,
    }


def _distance(is_blocking: bool, degree: Any, mutual_count: Any, page: Any, paths: Any) -> Seen:
    return {
        "is_blocking": is_blocking,
        "degree": degree,
        "mutual_count": mutual_count,
        "mutual": page and _counted(page.total_count, [item.node.handle for item in page.items]),
        "paths": paths and [[member.handle for member in path.members] for path in paths],
    }


def _counted(total: int, handles: list[str]) -> list[str]:
    assert total == len(handles)
    return handles


def _connections(page: Any) -> Seen:
    return {
        "total": page.total_count,
        "handles": [item.node.handle for item in page.items],
        "are_dated": [item.node.connected_at is not None for item in page.items],
    }
