"""Private tags and notes on connections, and the mutations of both."""

import strawberry

from auth.identity import OAuthScope
from loaders.tags import TagRow
from resolvers import tags
from resolvers.nodes import id_of
from schema.errors import UserError
from schema.fields import entity, field, given, input_of, mutation, payload
from schema.interfaces import Node
from schema.refs import ConnectionRef, ViewerRef

WRITE = [OAuthScope.NETWORK_WRITE]


@entity(TagRow, "A private label on connections.")
class Tag(Node):
    """What its owner puts connections together by."""

    id: strawberry.ID = field("Global id.", column=id_of("T", "member_id", "id"))
    name: str = field("Label, unique per owner, case-insensitive.")
    color: str | None = field("Display colour, `#rrggbb`.")
    connection_count: int = field("Connections that carry it.", batch=tags.counts)


@input_of("saveTag")
class SaveTagInput:
    """Which tag, and how it looks."""

    tag_id: strawberry.ID | None = given("Tag to change; a new one when absent.", optional=True)
    name: str = given("Label, unique per owner, at most 50 characters.")
    color: str | None = given(
        "Display colour, `#rrggbb` in lower case; absent stays, null clears.", optional=True
    )


@payload("saveTag")
class SaveTagPayload:
    """The tag."""

    tag: Tag | None = field("The tag as it is now.", batch=tags.of_payloads)
    viewer: ViewerRef | None = field("The viewer with the new list of tags.")
    user_errors: list[UserError] = field("Empty on success.")


@input_of("deleteTag")
class DeleteTagInput:
    """Which tag."""

    tag_id: strawberry.ID = given("The tag.")


@payload("deleteTag")
class DeleteTagPayload:
    """What is gone."""

    deleted_id: strawberry.ID | None = field("The tag that is gone.")
    user_errors: list[UserError] = field("Empty on success.")


@input_of("tagConnections")
class TagConnectionsInput:
    """Which connections, and which tags."""

    member_ids: list[strawberry.ID] = given("The members at the other ends, at most 100.")
    add_tag_ids: list[strawberry.ID] | None = given("Tags to add, at most 100.", optional=True)
    remove_tag_ids: list[strawberry.ID] | None = given(
        "Tags to take away, at most 100; what is also to be added is added.", optional=True
    )


@payload("tagConnections")
class TagConnectionsPayload:
    """The connections."""

    connections: list[ConnectionRef | None] = field(
        "The connections in the order of the input; null where there is none.", batch=tags.connections
    )
    user_errors: list[UserError] = field("Empty on success.")


@input_of("setConnectionNote")
class SetConnectionNoteInput:
    """Which connection, and the note."""

    member_id: strawberry.ID = given("The member at the other end.")
    note: str | None = given("Private text, at most 1,000 characters; null clears it.", optional=True)


@payload("setConnectionNote")
class SetConnectionNotePayload:
    """The connection."""

    connection: ConnectionRef | None = field("The connection.", batch=tags.first_connections)
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class TagMutations:
    """Keeping one's network in order."""

    save_tag: SaveTagPayload | None = mutation(
        "Create or change a private tag.", tags.save_tag, SaveTagInput, scopes=WRITE
    )
    delete_tag: DeleteTagPayload | None = mutation(
        "Delete a tag from all connections.", tags.delete_tag, DeleteTagInput, scopes=WRITE
    )
    tag_connections: TagConnectionsPayload | None = mutation(
        "Add and take away tags on up to 100 connections. Who is no connection is passed over.",
        tags.tag_connections,
        TagConnectionsInput,
        scopes=WRITE,
        weight=100,
    )
    set_connection_note: SetConnectionNotePayload | None = mutation(
        "Set the private note on a connection; null clears it.",
        tags.set_connection_note,
        SetConnectionNoteInput,
        scopes=WRITE,
    )
