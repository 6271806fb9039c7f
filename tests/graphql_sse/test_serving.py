"""Event streams of `rapport serve`, a process of its own."""

import signal

import httpx

from tests.server.processes import new_folder, serving

SIGN_UP = "mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken } }"
ADA = {
    "email": "ada@example.org",
    "password": "correct horse battery",
    "handle": "ada-l",
    "givenName": "Ada",
    "familyName": "L",
}
FOLLOW = {"query": "subscription { viewerEvents { cursor } }"}


def test_a_process_that_is_told_to_stop_ends_its_streams_and_then_itself() -> None:
    # Who waited for the stream to end by itself would need all this time.
    with new_folder() as folder, serving(folder, RAPPORT_SHUTDOWN_TIMEOUT="1000") as server:
        body = {"query": SIGN_UP, "variables": {"input": ADA}}
        signed_up = httpx.post(f"{server.address}/graphql", json=body, trust_env=False).json()
        headers = {"Authorization": f"Bearer {signed_up['data']['signUp']['accessToken']}"}
        address = f"{server.address}/graphql/stream"
        with httpx.stream("POST", address, json=FOLLOW, headers=headers, trust_env=False) as stream:
            lines = stream.iter_lines()
            assert next(lines) == "retry: 1000"
            assert server.end(signal.SIGTERM) == 0
            assert [line for line in lines if line] == [": the server stops"]
