"""Follows and blocks made directly, and the questions that the tests ask about them."""

from rules.ids import encode
from tests.clients import Api, Json
from tests.world import World

FOLLOW = """
    mutation($input: FollowInput!) {
      follow(input: $input) {
        follow { ...Told }
        userErrors { __typename code field ... on NotPermittedError { reason }
          ... on NotFoundError { missingId } }
      }
    }
"""
UPDATE_FOLLOW = """
    mutation($input: UpdateFollowInput!) {
      updateFollow(input: $input) {
        follow { ...Told }
        userErrors { __typename code field ... on NotFoundError { missingId } }
      }
    }
"""
UNFOLLOW = """
    mutation($input: UnfollowInput!) {
      unfollow(input: $input) {
        target { __typename id handle followerCount viewerFollow { id } }
        removedFollowId
        userErrors { __typename code field ... on NotFoundError { missingId } }
      }
    }
"""
REMOVE_FOLLOWER = """
    mutation($input: RemoveFollowerInput!) {
      removeFollower(input: $input) {
        removedFollowId
        userErrors { __typename code field ... on NotFoundError { missingId } }
      }
    }
"""
TOLD = """
    fragment Told on Follow {
      id member { handle } target { __typename handle } createdAt origin notify isFavorite isPrivate
    }
"""
FOLLOWERS = """
    query($handle: String, $first: Int, $after: String) {
      member(handle: $handle) {
        followerCount
        followers(first: $first, after: $after) {
          totalCount nodes { ...Told } edges { cursor node { id } } pageInfo { hasNextPage endCursor }
        }
      }
    }
"""
FOLLOWING = """
    query($handle: String, $first: Int, $after: String, $kind: FollowableKind) {
      member(handle: $handle) {
        following(first: $first, after: $after, kind: $kind) {
          totalCount nodes { ...Told } pageInfo { hasNextPage endCursor }
        }
      }
    }
"""
VIEWER_FOLLOW = """
    query($handle: String) { member(handle: $handle) { followerCount viewerFollow { ...Told } } }
"""
NODE = "query($id: ID!) { node(id: $id) { id ...Told } }"
WITH_TOLD = (FOLLOW, UPDATE_FOLLOW, FOLLOWERS, FOLLOWING, VIEWER_FOLLOW, NODE)


async def ask(api: Api, document: str, member: int | None = None, **variables: Json) -> Json:
    """The data of an answer without errors."""
    scopes = variables.pop("scopes", None)
    text = document + (TOLD if document in WITH_TOLD else "")
    return (await api.ask(text, variables, member=member, scopes=scopes)).data


async def done(api: Api, document: str, member: int, **input: Json) -> Json:
    """The payload of a mutation."""
    [payload] = (await ask(api, document, member, input=input)).values()
    return payload


async def followed(world: World, follower: int, followee: int, **columns: object) -> None:
    """A follow, by hand and open to all where the columns say nothing else."""
    await world.execute("INSERT INTO follows (follower_id, followee_id) VALUES ($1, $2)", follower, followee)
    for name, value in columns.items():
        change = f"UPDATE follows SET {name} = $3 WHERE (follower_id, followee_id) = ($1, $2)"
        await world.execute(change, follower, followee, value)


async def company(world: World, handle: str) -> int:
    """A company without administrators."""
    insert = "INSERT INTO companies (handle, name) VALUES ($1, $1) RETURNING id"
    made: int = await world.value(insert, handle)
    return made


async def followed_company(world: World, follower: int, company_id: int, *, is_private: bool = False) -> None:
    """A follow of a company."""
    insert = "INSERT INTO company_follows (follower_id, company_id, is_private) VALUES ($1, $2, $3)"
    await world.execute(insert, follower, company_id, is_private)


async def blocked(world: World, blocker: int, blocked: int) -> None:
    """A block between two who are not linked."""
    insert = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'X')"
    await world.execute(insert, blocker, blocked)


async def opened(world: World, member: int, **audiences: str) -> None:
    """The member's sections get these audiences."""
    chosen = {section.upper(): audience for section, audience in audiences.items()}
    await world.execute("UPDATE members SET audiences = $2 WHERE id = $1", member, chosen)


async def only_connections_follow(world: World, member: int, setting: str = "CONNECTIONS") -> None:
    """The member lets only connections follow, or whom `setting` says."""
    await world.execute("UPDATE members SET who_can_follow = $2 WHERE id = $1", member, setting)


async def log(world: World, member: int) -> list[str]:
    """What the member's own log tells: kinds and subjects."""
    async with world.connection() as connection:
        rows = await connection.fetch(
            "SELECT kind, subject FROM events WHERE member_id = $1 ORDER BY sequence", member
        )
    return [f"{row['kind']} {row['subject']}" for row in rows]


def names(page: Json) -> list[str | None]:
    """Handles of who follows, None where not named."""
    return [node["member"] and node["member"]["handle"] for node in page["nodes"]]


def targets(page: Json) -> list[str]:
    """Handles of what is followed."""
    return [node["target"]["handle"] for node in page["nodes"]]


def member_id(number: int) -> str:
    """The public id of a member."""
    return encode("M", number)
