"""Which media type a response gets, and whether that of a request is one we read."""

import re
from typing import NamedTuple

from rules.header_values import remembered
from server.graphql_http.errors import HTTPError

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
UTF_8 = {"utf-8", "utf8"}

# The first of those that are equally welcome: who sends wildcards or nothing gets what older clients read.
OFFERED = (JSON, GRAPHQL_RESPONSE)
QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


class MediaRange(NamedTuple):
    """One entry of an Accept header: a type or wildcard, its charset if named, a quality from 0 to 1."""

    type: str
    charset: str | None
    quality: float

    def precision(self, offer: str) -> int:
        """How closely the entry names a media type: 3 by name, 2 or 1 by a wildcard, 0 not at all."""
        if self.charset is not None and self.charset not in UTF_8:
            return 0
        return {offer: 3, f"{offer.partition('/')[0]}/*": 2, "*/*": 1}.get(self.type, 0)


@remembered
def negotiated(accept: str | None, offered: tuple[str, ...] = OFFERED) -> str:
    """The media type of the response to a request with this Accept header (RFC 9110, section 12.5.1).

    Of types that are equally welcome the first listed is taken. Raises a 406 error where none is welcome.
    """
    ranges = [_media_range(entry) for entry in (accept or "").split(",") if entry.strip()]
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda offer: _preference(ranges, offer))
    if _preference(ranges, best)[0] == 0:
        raise HTTPError(406, "NOT_ACCEPTABLE", f"Responses are {' or '.join(offered)}, in UTF-8.")
    return best


@remembered
def require_json(content_type: str | None, content_encoding: str | None = None) -> None:
    """Raise a 415 error unless the body is said to be JSON in UTF-8, not compressed.

    This also keeps other web sites from sending operations in a visitor's name: browsers ask before they
    send JSON across origins, but not before they send forms or plain text.
    """
    media_type, parameters = _parsed(content_type or "")
    encoded = (content_encoding or "identity").strip().lower() != "identity"
    if encoded or media_type != JSON or parameters.get("charset", "utf-8") not in UTF_8:
        raise HTTPError(415, "UNSUPPORTED_MEDIA_TYPE", f"Send {JSON}, in UTF-8, not compressed.")


def _preference(ranges: list[MediaRange], offer: str) -> tuple[float, int, int]:
    """The quality of the entry that names the offer most closely, how closely, and how early it is listed."""
    matching = [
        (entry.precision(offer), -index, entry.quality)
        for index, entry in enumerate(ranges)
        if entry.precision(offer)
    ]
    precision, index, quality = max(matching, default=(0, 0, 0.0))
    return quality, precision, index


def _media_range(entry: str) -> MediaRange:
    media_type, parameters = _parsed(entry)
    quality = parameters.get("q", "1")
    return MediaRange(
        media_type, parameters.get("charset"), float(quality) if QUALITY.fullmatch(quality) else 1.0
    )


def _parsed(value: str) -> tuple[str, dict[str, str]]:
    """A media type and its parameters, in lower case."""
    media_type, *rest = (part.strip().lower() for part in value.split(";"))
    pairs = (part.partition("=") for part in rest)
    return media_type, {name.strip(): value.strip().strip('"') for name, _, value in pairs}
