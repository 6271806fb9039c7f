"""People who ask to connect and answer, as HTTP clients, and what they see and are told."""

from dataclasses import dataclass, replace
from typing import Final

from auth.identity import OAuthScope
from rules import ids
from tests.clients import Answer, Api, Json
from tests.world import World

FRAGMENTS: Final = """
    fragment Seen on ConnectionRequest {
      id state ignored declineKind relationType relationDetail note reminder sentAt expiresAt closedAt
      remindersSent canRemind { allowed reason availableAt } availableEvents
      sender { handle } recipient { handle }
    }
    fragment Stands on Relationship {
      id status connection { id connectedAt members { handle } }
      sentRequest { id } receivedRequest { id } following { origin } isFollowedBy isBlocking
      canConnect { allowed reason availableAt } canMessage { allowed reason }
      canFollow { allowed reason } reachOptions { action }
    }
    fragment Left on Quota { kind window limit used remaining nextReleaseAt restrictedUntil }
    fragment Wrong on UserError {
      __typename code message field
      ... on ValidationError { constraint }
      ... on NotFoundError { missingId }
      ... on NotPermittedError { reason }
      ... on InvalidStateError { currentState availableEvents }
      ... on RequestCooldownError { basis availableAt }
      ... on QuotaExceededError { quota { ...Left } }
      ... on NetworkCapacityError { limit viewerIsFull alternative }
      ... on MessagingNotAllowedError { reason reachOptions { action } }
      ... on IdempotencyConflictError { idempotencyKey }
    }
"""
ANSWER: Final = "request { ...Seen } relationship { ...Stands }"
RESULTS: Final = {
    "sendConnectionRequest": ANSWER + " created connection { id } quota { ...Left }",
    "acceptConnectionRequest": ANSWER + " connection { id } conversation { id messages { nodes { body } } }",
    "replyToConnectionRequest": ANSWER + " message { body author { handle } conversation { id } }",
    "removeConnection": "relationship { ...Stands } removedConnectionId",
    "removeConnections": "relationships { ...Stands } removedConnectionIds",
    "blockMember": "relationship { ...Stands }",
    "unblockMember": "relationship { ...Stands }",
    "muteMember": "relationship { ...Stands }",
    "sendMessage": "message { id } conversation { id }",
    "updateMessage": "message { id }",
    "deleteMessage": "message { id }",
    "markMessagesRead": "conversation { id }",
    "signalTyping": "accepted",
    "startNetworkExport": "export { id }",
    "saveTag": "tag { id name color } viewer { tags { name } }",
    "deleteTag": "deletedId",
    "tagConnections": "connections { id tags { name } }",
    "setNetworkGoal": "viewer { networkHealth { goal { targetConnections weeklyRequests purpose dueOn } } }",
    "setConnectionNote": "connection { privateNote }",
    "answerConnectionRequests": "results { requestId request { ...Seen } userErrors { ...Wrong } }",
}
REQUEST: Final = "query($id: ID!) { node(id: $id) { ... on ConnectionRequest { ...Seen } } }"
RELATIONSHIPS: Final = "query($ids: [ID!]!) { viewer { relationships(memberIds: $ids) { ...Stands } } }"
LISTS: Final = """
    query($view: ReceivedRequestView!, $states: [ConnectionRequestState!]!) {
      viewer {
        receivedRequests(view: $view) { totalCount nodes { id } }
        sentRequests(states: $states) { totalCount nodes { id } }
      }
    }
"""
QUOTAS: Final = "{ viewer { requestQuota { ...Left } quotas { ...Left } } }"
LOG: Final = """
    SELECT coalesce(array_agg(ARRAY[sequence::text, kind, detail, subject] ORDER BY sequence), '{}')
    FROM events WHERE member_id = $1
"""
NOTIFICATIONS: Final = """
    SELECT coalesce(array_agg(kind || CASE WHEN read_at IS NULL THEN '' ELSE ' read' END ORDER BY id), '{}')
    FROM notifications WHERE member_id = $1
"""


@dataclass(frozen=True)
class Person:
    """A member, and a client of theirs: first-party where `scopes` is None."""

    api: Api
    world: World
    number: int
    handle: str
    scopes: frozenset[str] | None = None

    @property
    def id(self) -> str:
        """The public id."""
        return ids.encode("M", self.number)

    def with_scopes(self, *scopes: OAuthScope) -> "Person":
        """The same member through a third party that holds these scopes."""
        return replace(self, scopes=frozenset(scopes))

    async def ask(self, document: str, /, **variables: Json) -> Answer:
        """Run any operation; it may use the fragments above."""
        used = "".join(
            f"fragment{each}" for each in FRAGMENTS.split("fragment")[1:] if _is_used(each, document)
        )
        return await self.api.ask(document + used, variables, member=self.number, scopes=self.scopes)

    async def tries(self, mutation: str, selected: str | None = None, /, **input: Json) -> Answer:
        """Run a mutation, whatever comes of it; it answers what is selected, or all of interest."""
        of_input = f"{mutation[0].upper()}{mutation[1:]}Input!"
        results = f"{selected or RESULTS.get(mutation, ANSWER)} userErrors {{ ...Wrong }}"
        document = f"mutation($input: {of_input}) {{ {mutation}(input: $input) {{ {results} }} }}"
        return await self.ask(document, input=input)

    async def does(self, mutation: str, selected: str | None = None, /, **input: Json) -> Json:
        """The payload of a mutation that succeeds."""
        payload = (await self.tries(mutation, selected, **input)).data[mutation]
        assert payload.pop("userErrors") == []
        return payload

    async def refused(self, mutation: str, /, **input: Json) -> Json:
        """The facts of the one error with which a mutation is refused, which then has no other answer."""
        payload = (await self.tries(mutation, **input)).data[mutation]
        [error] = payload.pop("userErrors")
        assert not any(payload.values()), payload
        assert error.pop("message")
        return {name: value for name, value in error.items() if value is not None}

    async def sends(self, other: "Person", /, **given: Json) -> str:
        """Ask to connect; the id of the request."""
        payload = await self.does("sendConnectionRequest", "request { id }", recipientId=other.id, **given)
        return str(payload["request"]["id"])

    async def answers(self, request: str, move: str, /, **given: Json) -> Json:
        """Make a move on a request: `accept`, `ignore`, `decline` and so on; what the mover then sees."""
        return (await self.does(mutation(move), "request { ...Seen }", requestId=request, **given))["request"]

    async def sees(self, request: str) -> Json:
        """The request, None where it does not exist for them."""
        return (await self.ask(REQUEST, id=request)).data["node"]

    async def relationship(self, other: "Person") -> Json:
        """Where they and another stand; None where the other does not exist for them."""
        [found] = (await self.ask(RELATIONSHIPS, ids=[other.id])).data["viewer"]["relationships"]
        return found

    async def received(self, view: str = "AWAITING_ANSWER") -> list[str]:
        """The requests in a view, as many as it says."""
        return await self._list("receivedRequests", view=view, states=[])

    async def sent(self, *states: str) -> list[str]:
        """The requests sent that are in these states, as many as it says."""
        return await self._list("sentRequests", view="ALL", states=states or ["PENDING"])

    async def _list(self, name: str, **arguments: Json) -> list[str]:
        page = (await self.ask(LISTS, **arguments)).data["viewer"][name]
        assert page["totalCount"] == len(page["nodes"])
        return [node["id"] for node in page["nodes"]]

    async def quota(self, kind: str = "WEEKLY_REQUESTS") -> Json:
        """What is left of an allowance."""
        quotas = {each["kind"]: each for each in (await self.ask(QUOTAS)).data["viewer"]["quotas"]}
        return quotas[kind]

    async def log(self) -> list[str]:
        """Kinds and causes of all that they were told, in order, after a look at the numbers: no gaps."""
        rows = await self.world.value(LOG, self.number)
        assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
        return [" ".join(each for each in row[1:3] if each) for row in rows]

    async def notifications(self) -> list[str]:
        """Kinds of their notifications, oldest first, with ` read` where that is so."""
        found: list[str] = await self.world.value(NOTIFICATIONS, self.number)
        return found


def mutation(move: str) -> str:
    """The mutation that makes a move."""
    return {"reply": "replyToConnectionRequest", "lift": "liftDecline"}.get(
        move
    ) or f"{move}ConnectionRequest"


def _is_used(fragment: str, document: str) -> bool:
    name = fragment.split(maxsplit=1)[0]
    return f"...{name}" in document or (name == "Left" and "...Wrong" in document)
