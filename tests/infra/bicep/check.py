"""All steps, in order."""

from functools import lru_cache

from tests.infra.bicep import contract, links, policy, shapes, symbols, syntax, types
from tests.infra.bicep.model import Bicep, Estate
from tests.infra.bicep.shapes import resolve

_REMEMBERED = 256
"""Files that one fault did not touch are not looked at again for the next."""


def check(estate: Estate) -> list[str]:
    """Everything found wrong; a file that does not parse is not looked at any further."""
    found = compiler_problems(estate)
    if any(_broken(bicep) for bicep in estate.values()):
        return found
    ours = [each for bicep in estate.values() for each in _against_policy(bicep, _used(estate, bicep))]
    return [*found, *ours, *contract.problems(estate)]


def compiler_problems(estate: Estate) -> list[str]:
    """What the compiler would say, in other words: neither our policy nor what the code reads comes into it."""
    broken = [problem for bicep in estate.values() for problem in _broken(bicep)]
    return broken or [
        problem for bicep in estate.values() for problem in _compiled(bicep, _used(estate, bicep))
    ]


def _used(estate: Estate, bicep: Bicep) -> frozenset[Bicep]:
    """The modules of a file, which with itself are all that its problems follow from."""
    paths = (resolve(bicep, module.target) for module in bicep.of("module").values())
    return frozenset(estate[path] for path in paths if path in estate)


@lru_cache(_REMEMBERED)
def _broken(bicep: Bicep) -> tuple[str, ...]:
    return tuple(syntax.problems(bicep))


@lru_cache(_REMEMBERED)
def _compiled(bicep: Bicep, modules: frozenset[Bicep]) -> tuple[str, ...]:
    reach = {each.path: each for each in (bicep, *modules)}
    return (
        *symbols.problems(bicep),
        *shapes.problems(reach, bicep),
        *links.problems(reach, bicep),
        *types.problems(reach, bicep),
    )


@lru_cache(_REMEMBERED)
def _against_policy(bicep: Bicep, modules: frozenset[Bicep]) -> tuple[str, ...]:
    reach = {each.path: each for each in (bicep, *modules)}
    return (*types.unusual_words(reach, bicep), *policy.problems(bicep))
