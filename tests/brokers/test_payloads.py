"""Wake-ups as they are written and read."""

from datetime import UTC, datetime

from rules.events import TypingSignal
from server.brokers.payloads import WakeUp, read, written

LONGEST = 7_999
"""Bytes that NOTIFY takes."""
UNTIL = datetime(2031, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


def test_the_largest_numbers_fit_however_many() -> None:
    members = range(2**31 - 5_000, 2**31)
    signals = [TypingSignal(2**63 - 1, 2**31 - 1, UNTIL)] * 1_000
    payloads = written("0" * 8, members, signals)
    assert max(len(payload.encode()) for payload in payloads) <= LONGEST
    told = [read(payload) for payload in payloads]
    assert [member_id for wake_up in told for member_id in wake_up.member_ids] == list(members)
    assert [signal for wake_up in told for signal in wake_up.signals] == signals


def test_a_sign_of_life_is_one_payload_that_says_nothing() -> None:
    (payload,) = written("me", [], [])
    assert read(payload) == WakeUp("me", [], [])
