"""A search for documents that are dear to prepare. Its times are reported and never fail the test."""

from collections.abc import Callable

from executor.documents import Documents
from executor.engine import Engine
from executor.limits import Limits
from tests.executor.adversary import ATTACKS, SIZES, worst


def test_whatever_is_sent_is_accepted_or_refused_with_a_code(
    engine: Engine, record_property: Callable[[str, object], None]
) -> None:
    found = worst(Documents(engine.schema, Limits()), len(ATTACKS) * len(SIZES) + 40)
    record_property("worst_preparation", str(found[0]))
    assert all(code != "None" for one in found for code in one.codes)
    assert any(not one.codes for one in found)
