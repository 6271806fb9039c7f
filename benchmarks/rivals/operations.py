"""The three operations, as each server is asked for them, and the one shape that all answers must have."""

from datetime import datetime
from typing import Any, Final

from rules import ids

NAMES: Final = {"Q1": "profile page", "Q2": "one member", "Q3": "network of a network"}

_PERSON = "id givenName familyName headline"
_FIVE = "id handle givenName familyName headline"
RAPPORT: Final = {
    "Q1": f"""query Profile($id: ID!) {{
      member(id: $id) {{
        handle givenName familyName headline followerCount
        connections(first: 20) {{ edges {{ node {{ {_PERSON} }} connection {{ connectedAt }} }} }}
      }}
      viewer {{ receivedRequests(first: 10) {{ nodes {{ note sentAt sender {{ {_PERSON} }} }} }} }}
    }}""",
    "Q2": "query Member($id: ID!) { member(id: $id) { handle givenName headline } }",
    "Q3": f"""query Network($id: ID!) {{
      member(id: $id) {{
        connections(first: 50) {{
          nodes {{ {_FIVE} connections(first: 5) {{ nodes {{ {_FIVE} }} }} }}
        }}
      }}
    }}""",
}
PLAIN: Final = {
    "Q1": f"""query Profile($id: Int!) {{
      member(id: $id) {{
        handle givenName familyName headline followerCount
        connections(first: 20) {{ connectedAt member {{ {_PERSON} }} }}
        receivedRequests(first: 10) {{ note sentAt sender {{ {_PERSON} }} }}
      }}
    }}""",
    "Q2": "query Member($id: Int!) { member(id: $id) { handle givenName headline } }",
    "Q3": f"""query Network($id: Int!) {{
      member(id: $id) {{
        connections(first: 50) {{ member {{ {_FIVE} connections(first: 5) {{ member {{ {_FIVE} }} }} }} }}
      }}
    }}""",
}
"""For servers with a schema of their own."""

_ROW_PERSON, _ROW_FIVE = _PERSON.replace("id", "rowId", 1), _FIVE.replace("id", "rowId", 1)
_NEWEST = "orderBy: [CONNECTED_AT_DESC, OTHER_ID_ASC]"
POSTGRAPHILE: Final = {
    "Q1": f"""query Profile($id: Int!) {{
      member: memberByRowId(rowId: $id) {{
        handle givenName familyName headline followerCount
        connections: connectionsByMemberId(first: 20, {_NEWEST}) {{
          nodes {{ connectedAt member: memberByOtherId {{ {_ROW_PERSON} }} }}
        }}
        receivedRequests: connectionRequestsByRecipientId(
          first: 10
          condition: {{ state: "PENDING", ignored: false }}
          orderBy: [SENT_AT_DESC, ROW_ID_ASC]
        ) {{ nodes {{ note sentAt sender: memberBySenderId {{ {_ROW_PERSON} }} }} }}
      }}
    }}""",
    "Q2": "query Member($id: Int!) { member: memberByRowId(rowId: $id) { handle givenName headline } }",
    "Q3": f"""query Network($id: Int!) {{
      member: memberByRowId(rowId: $id) {{
        connections: connectionsByMemberId(first: 50, {_NEWEST}) {{
          nodes {{
            member: memberByOtherId {{
              {_ROW_FIVE}
              connections: connectionsByMemberId(first: 5, {_NEWEST}) {{
                nodes {{ member: memberByOtherId {{ {_ROW_FIVE} }} }}
              }}
            }}
          }}
        }}
      }}
    }}""",
}
NAMED: Final = {name: name for name in NAMES}
"""For servers without GraphQL."""


def canonical(answer: Any) -> Any:
    """The answer to any of the operations, whatever server gave it: the fields of its root as one object.

    Lists are lists, their places are members or objects with one, ids are numbers and instants are instants.
    Raises ValueError for an answer with errors.
    """
    if answer.get("errors") or not answer.get("data"):
        raise ValueError(f"a server answered {answer}")
    return {key: value for root in answer["data"].values() for key, value in _plain("", root).items()}


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_plain("", each) for each in value]
    if isinstance(value, dict):
        return _plain_object(value)
    if key.endswith("At"):
        return datetime.fromisoformat(value)
    return ids.number("M", value) if key == "id" and isinstance(value, str) else value


def _plain_object(value: dict[str, Any]) -> Any:
    if "nodes" in value:
        return _plain("", value["nodes"])
    if "edges" in value:
        return [_plain("", edge["connection"] | {"member": edge["node"]}) for edge in value["edges"]]
    if value.keys() == {"member"}:
        return _plain("", value["member"])
    renamed = {"id" if key == "rowId" else key: each for key, each in value.items()}
    return {key: _plain(key, each) for key, each in renamed.items()}
