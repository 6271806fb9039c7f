"""The five published files that the page is made of, pinned by their content."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PublishedFile:
    """One file of an npm package; `integrity` is its digest in the form of W3C Subresource Integrity."""

    package: str
    member: str
    integrity: str

    @property
    def path(self) -> str:
        """Where the file lies under a CDN, under `/explorer/` and in the folder of installed files alike."""
        return f"{self.package}/{self.member}"

    @property
    def media_type(self) -> str:
        """What the file is served as: styles or a script, there is no third kind."""
        return "text/css" if self.member.endswith(".css") else "text/javascript"

    def matches(self, content: bytes) -> bool:
        """Whether `content` is, byte for byte, the file that was pinned."""
        digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
        return self.integrity == f"sha384-{digest}"

    def is_installed(self, folder: Path) -> bool:
        """Whether `folder` holds this file with the pinned content."""
        file = folder / self.path
        return file.is_file() and self.matches(file.read_bytes())


FILES = (
    PublishedFile(
        "graphiql@4.1.2",
        "graphiql.min.css",
        "sha384-1el1QShFBnnXTx9x/Cprg82hZWKt0ry29OAYIXt05swbi0KcZDFoj0CWguMpopJr",
    ),
    PublishedFile(
        "react@18.3.1",
        "umd/react.production.min.js",
        "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z",
    ),
    PublishedFile(
        "react-dom@18.3.1",
        "umd/react-dom.production.min.js",
        "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1",
    ),
    PublishedFile(
        "graphql-sse@2.6.1",
        "umd/graphql-sse.min.js",
        "sha384-UsvndtFvDnjGmKs11OV8EvlC6rGNPfLJL0VuJCUUWVglJHD4sFt9jcb48vhqaMtj",
    ),
    PublishedFile(
        "graphiql@4.1.2",
        "graphiql.min.js",
        "sha384-9XdHu7ajgGJziD4J1zNBKQ842Q/+zZfDv+ib1eMhZWBH6hPAs806x+Jbcf0yNO6B",
    ),
)


def installed(folder: Path) -> bool:
    """Whether `folder` holds every file of the page."""
    return all(file.is_installed(folder) for file in FILES)
