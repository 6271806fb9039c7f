"""No rule of visibility can go missing unnoticed: the matrix finds out every mutant of the rules."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType

import pytest

from loaders.context import Deployment
from tests.visibility.eyes import Code
from tests.visibility.matrix import Eyes, Matrix, Seen
from tests.visibility.mutants import mutants
from tests.visibility.networks import SIZE, random_network, store
from tests.visibility.test_matrix import CAP, all_eyes, capped
from tests.world import World

ROOT = Path(__file__).parents[2]
SEEDS = (0, 1, 2, 19)
"""Networks in which each rule matters to somebody."""
RULES = ("auth.network", "auth.visibility", "auth.sight", "auth.explanations")
MODULES = (
    "auth.network",
    "auth.distances",
    "auth.visibility",
    "loaders.members",
    "loaders.connections",
    "loaders.mutual_connections",
    "loaders.paths",
    "loaders.relationships",
    "loaders.suggestions.candidates",
    "loaders.suggestions.lists",
    "auth.sight",
    "loaders.context",
    "auth.explanations",
    "resolvers.members",
)
"""The rules and what answers by them; nothing depends on rules that stand behind it."""
ANSWERING = (
    "loaders.context",
    "loaders.members",
    "loaders.connections",
    "loaders.mutual_connections",
    "loaders.paths",
    "loaders.relationships",
    "loaders.suggestions.lists",
    "resolvers.members",
)


async def test_the_matrix_finds_out_every_rule_that_is_left_out(world: World) -> None:
    expected = await _expected(world)
    deployment = capped(world)
    for rules in RULES:
        source = (ROOT / f"{rules.replace('.', '/')}.py").read_text()
        assert not await _is_found_out(rules, source, deployment, expected)
        live = [
            mutant.change
            for mutant in mutants(source)
            if not await _is_found_out(rules, mutant.source, deployment, expected)
        ]
        assert not live, "\n".join([f"Mutants of {rules} that live:", *live])


@pytest.mark.parametrize("limit", ["FEW: Final = ", "TIMES: Final = "])
async def test_from_which_side_somebody_is_found_makes_no_difference(world: World, limit: str) -> None:
    written = (ROOT / "auth/distances.py").read_text()
    source = written.replace(limit, f"{limit}-")
    assert source != written
    assert not await _is_found_out("auth.distances", source, capped(world), await _expected(world))


async def _expected(world: World) -> list[tuple[Matrix, Eyes, Seen]]:
    """What everybody in some networks should see, which stand side by side in the database."""
    matrices = [Matrix(random_network(seed, 1 + i * SIZE), CAP) for i, seed in enumerate(SEEDS)]
    for matrix in matrices:
        await store(world, matrix.network)
    return [(matrix, eyes, matrix.look(eyes)) for matrix in matrices for eyes in all_eyes(matrix.network)]


async def _is_found_out(
    rules: str, source: str, deployment: Deployment, expected: Sequence[tuple[Matrix, Eyes, Seen]]
) -> bool:
    """Whether somebody sees a difference; code that fails is one."""
    try:
        with _mutated(rules, source) as code:
            for matrix, eyes, seen in expected:
                if await code.look(deployment, matrix, eyes) != seen:
                    return True
    except Exception:
        return True
    return False


@contextmanager
def _mutated(rules: str, source: str) -> Iterator[Code]:
    """The modules that answer, those that know the rules imported anew with this source of them."""
    kept = {name: sys.modules[name] for name in MODULES}
    importing = MODULES[MODULES.index(rules) + 1 :]
    for name in importing:
        del sys.modules[name]
        delattr(*_place(name))
    try:
        _execute(rules, source)
        for name in importing:
            import_module(name)
        yield Code(*(import_module(name) for name in ANSWERING))
    finally:
        for name, module in kept.items():
            _install(name, module)


def _execute(name: str, source: str) -> None:
    spec = find_spec(name)
    assert spec
    module = module_from_spec(spec)
    _install(name, module)
    exec(compile(source, str(spec.origin), "exec"), vars(module))


def _install(name: str, module: ModuleType) -> None:
    sys.modules[name] = module
    setattr(*_place(name), module)


def _place(name: str) -> tuple[ModuleType, str]:
    package, _, last = name.rpartition(".")
    return sys.modules[package], last
