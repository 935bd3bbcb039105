"""All steps, in order."""

from tests.infra.bicep import contract, links, policy, shapes, symbols, syntax, types
from tests.infra.bicep.model import Estate


def check(estate: Estate) -> list[str]:
    """Everything found wrong; a file that does not parse is not looked at any further."""
    broken = [problem for bicep in estate.values() for problem in syntax.problems(bicep)]
    if broken:
        return broken
    found: list[str] = []
    for bicep in estate.values():
        found += symbols.problems(bicep)
        found += shapes.problems(estate, bicep)
        found += links.problems(estate, bicep)
        found += types.problems(estate, bicep)
        found += policy.problems(bicep)
    return found + list(contract.problems(estate))
