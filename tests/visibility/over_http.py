"""Looks at a network through the GraphQL endpoint, in the form of `tests.visibility.matrix`."""

from rules.ids import encode
from tests.clients import Api, Json
from tests.visibility.matrix import Eyes, Matrix, Seen

MEMBER = """{
    handle givenName familyName displayName headline photoUrl location industry careerLevel summary
    languages accomplishments connectionCount followerCount version isViewer joinedOn
    experience { id } education { id } skills { id }
    contactInfo { email phone websites preferredChannel }
    connections(first: 20) { totalCount edges { node { handle } connection { connectedAt } } }
    followers(first: 1) { pageInfo { hasNextPage } } following(first: 1) { pageInfo { hasNextPage } }
    hiddenSections { section reason openedBy }
    mutualConnections(first: 20) { totalCount nodes { handle } }
}"""
LOOK = f"""
    query($members: [ID!]!, $links: [ID!]!) {{
      members: nodes(ids: $members) {{ ... on Member {MEMBER} }}
      links: nodes(ids: $links) {{ ... on Connection {{ connectedAt }} }}
    }}
"""
RELATIONSHIPS = """
    query($ids: [ID!]!) { viewer { relationships(memberIds: $ids) {
      isBlocking degree mutualCount paths { length members { handle } broker { handle } }
    } } }
"""
SUGGESTIONS = "{ viewer { suggestions(first: 100) { nodes { member { handle } reasons { kind } } } } }"
LISTS = ("experience", "education", "skills", "followers", "following")
NAMES = {
    "givenName": "given_name",
    "familyName": "family_name",
    "displayName": "display_name",
    "photoUrl": "photo_url",
    "careerLevel": "career_level",
    "connectionCount": "connection_count",
    "followerCount": "follower_count",
    "preferredChannel": "preferred_channel",
    "isViewer": "is_viewer",
}


async def look(api: Api, matrix: Matrix, eyes: Eyes) -> Seen:
    """What these eyes see of the members and of their connections."""
    variables = {
        "members": [encode("M", id) for id in matrix.ids],
        "links": [encode("C", *pair) for pair in matrix.pairs],
    }
    data = (await api.ask(LOOK, variables, member=eyes.member, scopes=eyes.scopes)).data
    return {
        "suggestions": await _suggestions(api, eyes),
        "distances": await _distances(api, eyes, data["members"], variables["members"]),
        "members": [answer and member(answer) for answer in data["members"]],
        "links": [link and link["connectedAt"] is not None for link in data["links"]],
    }


def member(answer: Json) -> Seen:
    """What was answered to `MEMBER`, in the form of the matrix."""
    items = answer | answer.pop("contactInfo")
    return {
        **{
            NAMES.get(name, name): value
            for name, value in items.items()
            if name not in ("joinedOn", "hiddenSections", "mutualConnections")
        },
        **{name: True if items[name] is not None else None for name in LISTS},
        "connections": items["connections"] and _connections(items["connections"]),
        "is_dated": items["joinedOn"] is not None,
        "hidden_sections": {
            each["section"]: (each["reason"], each["openedBy"]) for each in items["hiddenSections"]
        },
    }


def _connections(page: Json) -> Seen:
    return {
        "total": page["totalCount"],
        "handles": [edge["node"]["handle"] for edge in page["edges"]],
        "are_dated": [edge["connection"]["connectedAt"] is not None for edge in page["edges"]],
    }


async def _distances(api: Api, eyes: Eyes, members: Json, ids: list[str]) -> list[Seen | None]:
    if not eyes.may("NETWORK_READ"):
        return [None] * len(ids)
    answer = await api.ask(RELATIONSHIPS, {"ids": ids}, member=eyes.member, scopes=eyes.scopes)
    found = zip(answer.data["viewer"]["relationships"], members, strict=True)
    return [row and _distance(row, member and member["mutualConnections"]) for row, member in found]


def _distance(relationship: Json, shared: Json) -> Seen:
    mutual = shared and [node["handle"] for node in shared["nodes"]]
    assert (shared and shared["totalCount"]) == (None if mutual is None else len(mutual))
    paths = relationship["paths"]
    return {
        "is_blocking": relationship["isBlocking"],
        "degree": relationship["degree"],
        "mutual_count": relationship["mutualCount"],
        "mutual": mutual,
        "paths": paths and [_path(path) for path in paths],
    }


def _path(path: Json) -> list[str]:
    handles = [member["handle"] for member in path["members"]]
    assert (path["length"], path["broker"]["handle"]) == (len(handles) - 1, handles[1])
    return handles


async def _suggestions(api: Api, eyes: Eyes) -> Seen:
    if not eyes.may("NETWORK_READ"):
        return {}
    answer = await api.ask(SUGGESTIONS, member=eyes.member, scopes=eyes.scopes)
    nodes = answer.data["viewer"]["suggestions"]["nodes"]
    return {node["member"]["handle"]: {reason["kind"] for reason in node["reasons"]} for node in nodes}
