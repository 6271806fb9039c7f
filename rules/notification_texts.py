"""What notifications say, in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.events import NotificationKind as Kind
from rules.languages import Language


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a language; `{who}` are the actors.

    `one` is said of one actor or none. `several` is said of more, for kinds whose subject they share.
    """

    somebody: str
    two: str
    many: str
    one: Mapping[Kind, str]
    several: Mapping[Kind, str]


ENGLISH: Final = Texts(
    somebody="Somebody",
    two="{first} and {second}",
    many="{first} and {others} others",
    one={
        Kind.CONNECTION_REQUEST_RECEIVED: "{who} asks to connect with you.",
        Kind.CONNECTION_REQUEST_REMINDER: "{who} reminds you of a request to connect.",
        Kind.CONNECTION_REQUEST_ACCEPTED: "{who} accepted your request to connect.",
        Kind.CONNECTION_REQUEST_EXPIRING: "The request of {who} to connect with you runs out soon.",
        Kind.CONNECTION_REQUEST_REPLIED: "{who} replied to your request to connect.",
        Kind.NEW_FOLLOWER: "{who} follows you.",
        Kind.INTRODUCTION_REQUESTED: "{who} asks you for an introduction.",
        Kind.INTRODUCTION_FORWARDED: "{who} passed on an introduction.",
        Kind.INTRODUCTION_ANSWERED: "{who} accepted an introduction.",
        Kind.MESSAGE_RECEIVED: "{who} wrote to you.",
        Kind.QUOTA_NOTICE: "You can't send requests to connect for the time being.",
        Kind.EXPORT_READY: "The export of your connections can be downloaded.",
    },
    several={Kind.NEW_FOLLOWER: "{who} follow you."},
)
GERMAN: Final = Texts(
    somebody="Jemand",
    two="{first} und {second}",
    many="{first} und {others} weitere Personen",
    one={
        Kind.CONNECTION_REQUEST_RECEIVED: "{who} möchte sich mit Ihnen vernetzen.",
        Kind.CONNECTION_REQUEST_REMINDER: "{who} erinnert Sie an eine Kontaktanfrage.",
        Kind.CONNECTION_REQUEST_ACCEPTED: "{who} hat Ihre Kontaktanfrage angenommen.",
        Kind.CONNECTION_REQUEST_EXPIRING: "Die Kontaktanfrage von {who} läuft bald ab.",
        Kind.CONNECTION_REQUEST_REPLIED: "{who} hat auf Ihre Kontaktanfrage geantwortet.",
        Kind.NEW_FOLLOWER: "{who} folgt Ihnen.",
        Kind.INTRODUCTION_REQUESTED: "{who} bittet Sie um eine Vorstellung.",
        Kind.INTRODUCTION_FORWARDED: "{who} hat eine Vorstellung weitergeleitet.",
        Kind.INTRODUCTION_ANSWERED: "{who} hat eine Vorstellung angenommen.",
        Kind.MESSAGE_RECEIVED: "{who} hat Ihnen geschrieben.",
        Kind.QUOTA_NOTICE: "Sie können vorerst keine Kontaktanfragen senden.",
        Kind.EXPORT_READY: "Der Export Ihrer Kontakte kann heruntergeladen werden.",
    },
    several={Kind.NEW_FOLLOWER: "{who} folgen Ihnen."},
)
FRENCH: Final = Texts(
    somebody="Quelqu'un",
    two="{first} et {second}",
    many="{first} et {others} autres personnes",
    one={
        Kind.CONNECTION_REQUEST_RECEIVED: "{who} souhaite entrer en relation avec vous.",
        Kind.CONNECTION_REQUEST_REMINDER: "{who} vous rappelle sa demande de mise en relation.",
        Kind.CONNECTION_REQUEST_ACCEPTED: "{who} a accepté votre demande de mise en relation.",
        Kind.CONNECTION_REQUEST_EXPIRING: "{who} attend votre réponse : sa demande expire bientôt.",
        Kind.CONNECTION_REQUEST_REPLIED: "{who} a répondu à votre demande de mise en relation.",
        Kind.NEW_FOLLOWER: "{who} vous suit.",
        Kind.INTRODUCTION_REQUESTED: "{who} vous demande une mise en contact.",
        Kind.INTRODUCTION_FORWARDED: "{who} a transmis une demande de mise en contact.",
        Kind.INTRODUCTION_ANSWERED: "{who} a accepté une mise en contact.",
        Kind.MESSAGE_RECEIVED: "{who} vous a écrit.",
        Kind.QUOTA_NOTICE: "Vous ne pouvez pas envoyer de demandes de mise en relation pour le moment.",
        Kind.EXPORT_READY: "L'export de vos relations peut être téléchargé.",
    },
    several={Kind.NEW_FOLLOWER: "{who} vous suivent."},
)
# "y también" stays as it is before names that begin with an i, where "y" alone would not.
SPANISH: Final = Texts(
    somebody="Alguien",
    two="{first} y también {second}",
    many="{first} y {others} personas más",
    one={
        Kind.CONNECTION_REQUEST_RECEIVED: "{who} quiere conectar contigo.",
        Kind.CONNECTION_REQUEST_REMINDER: "{who} te recuerda su solicitud de conexión.",
        Kind.CONNECTION_REQUEST_ACCEPTED: "{who} ha aceptado tu solicitud de conexión.",
        Kind.CONNECTION_REQUEST_EXPIRING: "La solicitud de conexión de {who} caduca pronto.",
        Kind.CONNECTION_REQUEST_REPLIED: "{who} ha respondido a tu solicitud de conexión.",
        Kind.NEW_FOLLOWER: "{who} te sigue.",
        Kind.INTRODUCTION_REQUESTED: "{who} te pide una presentación.",
        Kind.INTRODUCTION_FORWARDED: "{who} ha transmitido una presentación.",
        Kind.INTRODUCTION_ANSWERED: "{who} ha aceptado una presentación.",
        Kind.MESSAGE_RECEIVED: "{who} te ha escrito.",
        Kind.QUOTA_NOTICE: "Por ahora no puedes enviar solicitudes de conexión.",
        Kind.EXPORT_READY: "Ya puedes descargar la exportación de tus contactos.",
    },
    several={Kind.NEW_FOLLOWER: "{who} te siguen."},
)
TEXTS: Final[Mapping[Language, Texts]] = {
    Language.ENGLISH: ENGLISH,
    Language.GERMAN: GERMAN,
    Language.FRENCH: FRENCH,
    Language.SPANISH: SPANISH,
}
