"""People whom the viewer may know."""

import strawberry

from auth.identity import OAuthScope
from loaders.suggestions.lists import Suggestion
from resolvers import suggestions
from resolvers.nodes import id_of
from rules.audiences import ProfileAction
from rules.suggestions import SuggestionReasonKind
from schema.errors import UserError
from schema.fields import entity, field, given, input_of, mutation, payload
from schema.interfaces import Node
from schema.pages import PageInfo
from schema.refs import MemberRef


@strawberry.type(description="One reason behind a suggestion.")
class SuggestionReason:
    """What links the two."""

    kind: SuggestionReasonKind = field("What links the two.")
    text: str = field("The reason in words.")
    count: int | None = field("How many, e.g. mutual connections.")


@entity(Suggestion, "Somebody the viewer may know, with the reasons.")
class MemberSuggestion(Node):
    """A suggestion."""

    id: strawberry.ID = field("Global id.", column=id_of("SUG", "viewer_id", "other_id"))
    member: MemberRef = field("Who is suggested.")
    reasons: list[SuggestionReason] = field("Why, strongest first.", batch=suggestions.reasons)
    suggested_action: ProfileAction = field("Connect or follow first.", batch=suggestions.actions)


@strawberry.type(description="One place in a list of suggestions.")
class MemberSuggestionEdge:
    """A suggestion in the list."""

    cursor: str = field("Opaque position in the list.")
    node: MemberSuggestion | None = field("The suggestion; null when it became invisible.")


@strawberry.type(description="A page of suggestions.")
class MemberSuggestionConnection:
    """Suggestions in pages."""

    edges: list[MemberSuggestionEdge] = field("The suggestions with their cursors.")
    nodes: list[MemberSuggestion | None] = field(
        "The suggestions alone; null holes are what became invisible."
    )
    page_info: PageInfo = field("Where this page stands in the list.")
    total_count: int | None = field("Size of the whole list, at most 200.")


@input_of("dismissSuggestion")
class DismissSuggestionInput:
    """Whom not to suggest any more."""

    suggestion_id: strawberry.ID = given("The suggestion.")


@payload("dismissSuggestion")
class DismissSuggestionPayload:
    """What is gone."""

    dismissed_id: strawberry.ID | None = field("The suggestion that is gone.")
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class SuggestionMutations:
    """What is done about suggestions."""

    dismiss_suggestion: DismissSuggestionPayload | None = mutation(
        "Suggest a member no more.",
        suggestions.dismiss,
        DismissSuggestionInput,
        scopes=[OAuthScope.NETWORK_WRITE],
    )
