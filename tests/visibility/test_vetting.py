"""Facts about senders of requests say to their recipients what the matrix shows them, and no more."""

from itertools import product

from rules.ids import encode
from tests.clients import Api, Json
from tests.visibility.matrix import Eyes, Matrix, Seen
from tests.visibility.networks import SIZE, random_network, store
from tests.world import World

SEEDS = (0, 1)
SCOPES = [
    None,
    frozenset({"REQUESTS_READ"}),
    frozenset({"REQUESTS_READ", "PROFILE_READ"}),
    frozenset({"REQUESTS_READ", "NETWORK_READ"}),
]
WHOLE = ("PHOTO", "HEADLINE", "LOCATION", "INDUSTRY", "SUMMARY", "EXPERIENCE", "EDUCATION", "SKILLS")
"""All that makes a profile whole, which every member has."""
# Everybody has the same career, instead of one of their own.
CAREERS = """
    WITH employer AS (INSERT INTO companies (handle, name) VALUES ('acme', 'Acme') RETURNING id),
    jobs AS (
        INSERT INTO positions (member_id, title, company_name, company_id, started_on)
        SELECT members.id, 'x', 'Acme', employer.id, '2010-01-01' FROM members, employer
    ), studies AS (
        INSERT INTO educations (member_id, school) SELECT id, 'Lund' FROM members
    )
    INSERT INTO skills (member_id, name, rank) SELECT id, 'Bread', 0 FROM members
"""
REQUESTS = """
    INSERT INTO connection_requests (sender_id, recipient_id, relation_type, state, sender_state, closed_at,
        sender_closed_at, sent_at, expires_at)
    SELECT one.id, other.id, 'COLLEAGUE', 'EXPIRED', 'EXPIRED', now(), now(), now(), now()
    FROM members AS one, members AS other WHERE one.id <> other.id ORDER BY one.id, other.id
"""
KEYS = """
    SELECT array_agg(ARRAY[sender_id, recipient_id, id] ORDER BY sender_id)
    FROM connection_requests WHERE recipient_id = $1
"""
LOOK = """
    query($requests: [ID!]!) { nodes(ids: $requests) { ... on ConnectionRequest { vetting {
      mutualConnections(first: 100) { nodes { handle } } degree
      sharedEmployers { name } sharedSchools relationCorroborated
      followsViewerSince senderJoinedOn senderProfileCompleteness
      earlierRequests { sender { handle } }
    } } } }
"""


async def test_everybody_is_told_of_every_sender_what_the_matrix_says(api: Api, world: World) -> None:
    matrices = [Matrix(random_network(seed, 1 + i * SIZE), 0) for i, seed in enumerate(SEEDS)]
    for matrix in matrices:
        await store(world, matrix.network)
    for statement in ("DELETE FROM positions", "DELETE FROM educations", CAREERS, REQUESTS):
        await world.execute(statement)
    for matrix in matrices:
        viewers = [person.id for person in matrix.network.people.values() if not person.is_closed]
        for eyes in (Eyes(*each) for each in product(viewers, SCOPES)):
            expected = {id: vetting(matrix, eyes, id) for id in matrix.ids if id != eyes.member}
            told = await look(api, world, eyes)
            assert {id: told[id] for id in expected} == expected, eyes


async def look(api: Api, world: World, eyes: Eyes) -> dict[int, Seen | None]:
    """What the recipient is told of each sender."""
    keys = await world.value(KEYS, eyes.member)
    ids = [encode("CR", *key) for key in keys]
    data = (await api.ask(LOOK, {"requests": ids}, member=eyes.member, scopes=eyes.scopes)).data
    return {key[0]: node and _told(node["vetting"]) for key, node in zip(keys, data["nodes"], strict=True)}


def _told(facts: Json) -> Seen:
    mutual = facts["mutualConnections"]
    return {
        **facts,
        "mutualConnections": mutual and [node["handle"] for node in mutual["nodes"]],
        "sharedEmployers": [each["name"] for each in facts["sharedEmployers"]],
        "followsViewerSince": facts["followsViewerSince"] is not None,
        "senderJoinedOn": facts["senderJoinedOn"] is not None,
        "earlierRequests": len(facts["earlierRequests"]),
    }


def vetting(matrix: Matrix, eyes: Eyes, sender_id: int) -> Seen | None:
    """What these eyes should be told of a sender; None of one who does not exist for them."""
    if not matrix.exists(eyes, sender_id):
        return None
    assert eyes.member
    people = matrix.network.people
    hidden, own = (matrix.hidden(eyes, people[id]) for id in (sender_id, eyes.member))
    works, studies = ({section}.isdisjoint({*hidden, *own}) for section in ("EXPERIENCE", "EDUCATION"))
    distance = matrix.distance(eyes, sender_id) or {"mutual": None, "degree": None}
    return {
        "mutualConnections": distance["mutual"],
        "degree": distance["degree"],
        "sharedEmployers": ["Acme"] if works else [],
        "sharedSchools": ["Lund"] if studies else [],
        "relationCorroborated": True if works else None,
        "followsViewerSince": eyes.may("NETWORK_READ") and _follows(matrix, sender_id, eyes.member),
        "senderJoinedOn": eyes.may("PROFILE_READ"),
        "senderProfileCompleteness": 100 * sum(section not in hidden for section in WHOLE) // len(WHOLE),
        "earlierRequests": int(eyes.member < sender_id),
    }


def _follows(matrix: Matrix, sender_id: int, viewer_id: int) -> bool:
    """Openly, and not while the viewer lets connections alone follow."""
    network, follow = matrix.network, (sender_id, viewer_id)
    by_anyone = network.people[viewer_id].who_can_follow == "ANYONE"
    counts = by_anyone or network.are_connected(sender_id, viewer_id)
    return follow in network.follows and follow not in network.private and counts
