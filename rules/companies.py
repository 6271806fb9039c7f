"""What a company's page may say."""

from collections.abc import Mapping
from typing import Final

from rules.members import TextRule

COMPANY_TEXTS: Final[Mapping[str, TextRule]] = {
    "name": TextRule(150, required=True),
    "industry": TextRule(100),
    "description": TextRule(5_000),
}
