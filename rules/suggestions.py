"""People whom a member may know: why they are suggested, how much each reason weighs, what it says."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from rules.languages import Language


class SuggestionReasonKind(StrEnum):
    """Why somebody is suggested."""

    MUTUAL_CONNECTIONS = "MUTUAL_CONNECTIONS"
    SAME_EMPLOYER = "SAME_EMPLOYER"
    SAME_SCHOOL = "SAME_SCHOOL"
    SAME_GROUP = "SAME_GROUP"
    SAME_INDUSTRY = "SAME_INDUSTRY"
    FOLLOWS_VIEWER = "FOLLOWS_VIEWER"


FRESH_FOR: Final = timedelta(minutes=1)
"""How long a list of suggestions is kept."""

MOST_SUGGESTED: Final = 200
MOST_BROKERS: Final = 100
"""So many of a member's newest connections are asked whom they know."""

MOST_OF_BROKER: Final = 500
"""So many of the connections of each count: those who joined last."""

MOST_OF_SOURCE: Final = 200
"""So many colleagues of each employer, alumni of each school and followers are looked at."""

BITS: Final[Mapping[SuggestionReasonKind, int]] = {
    kind: 1 << place for place, kind in enumerate(SuggestionReasonKind)
}
"""A list keeps the reasons of each candidate as a sum of these."""

SHARED_SCALE: Final = 100
"""What a shared connection weighs, divided by the logarithm of how many that one knows (Adamic and Adar)."""

WEIGHTS: Final[Mapping[SuggestionReasonKind, int]] = {
    SuggestionReasonKind.SAME_EMPLOYER: 60,
    SuggestionReasonKind.FOLLOWS_VIEWER: 50,
    SuggestionReasonKind.SAME_SCHOOL: 40,
    SuggestionReasonKind.SAME_INDUSTRY: 10,
}

_TEXTS: Final[Mapping[SuggestionReasonKind, Mapping[Language, tuple[str, str]]]] = {
    SuggestionReasonKind.MUTUAL_CONNECTIONS: {
        Language.ENGLISH: ("1 mutual connection", "{count} mutual connections"),
        Language.GERMAN: ("1 gemeinsamer Kontakt", "{count} gemeinsame Kontakte"),
        Language.FRENCH: ("1 relation en commun", "{count} relations en commun"),
        Language.SPANISH: ("1 contacto en común", "{count} contactos en común"),
    },
    SuggestionReasonKind.SAME_EMPLOYER: {
        Language.ENGLISH: ("You worked at the same company at the same time.",) * 2,
        Language.GERMAN: ("Sie waren zur selben Zeit im selben Unternehmen.",) * 2,
        Language.FRENCH: ("Vous avez travaillé dans la même entreprise au même moment.",) * 2,
        Language.SPANISH: ("Habéis trabajado en la misma empresa al mismo tiempo.",) * 2,
    },
    SuggestionReasonKind.SAME_SCHOOL: {
        Language.ENGLISH: ("You attended the same school.",) * 2,
        Language.GERMAN: ("Sie haben dieselbe Schule oder Hochschule besucht.",) * 2,
        Language.FRENCH: ("Vous avez fréquenté le même établissement.",) * 2,
        Language.SPANISH: ("Habéis estudiado en el mismo centro.",) * 2,
    },
    SuggestionReasonKind.SAME_INDUSTRY: {
        Language.ENGLISH: ("You work in the same industry.",) * 2,
        Language.GERMAN: ("Sie arbeiten in derselben Branche.",) * 2,
        Language.FRENCH: ("Vous travaillez dans le même secteur.",) * 2,
        Language.SPANISH: ("Trabajáis en el mismo sector.",) * 2,
    },
    SuggestionReasonKind.FOLLOWS_VIEWER: {
        Language.ENGLISH: ("Follows you",) * 2,
        Language.GERMAN: ("Folgt Ihnen",) * 2,
        Language.FRENCH: ("Vous suit",) * 2,
        Language.SPANISH: ("Te sigue",) * 2,
    },
}


def text(kind: SuggestionReasonKind, language: Language, count: int | None = None) -> str:
    """The reason in words. It names no employer and no school, which a token may not cover."""
    one, several = _TEXTS[kind][language]
    return one if count == 1 else several.format(count=count)
