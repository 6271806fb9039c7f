"""Search documents of many members: written once for each when all else is there, and indexed at the end."""

from typing import Final

from sqlalchemy.schema import CreateIndex, DropIndex

from models import search_documents
from models.database import DIALECT

DOCUMENTS_AT_ONCE: Final = 10_000
"""How many are written by one statement; they take some memory."""

TRIGGERS: Final = {
    "members": "make_search_documents",
    "positions": "renew_search_after_insert",
    "educations": "renew_search_after_insert",
    "skills": "renew_search_after_insert",
}
UNSEARCHED, SEARCHED = (
    "; ".join(f"ALTER TABLE {table} {switch} TRIGGER {name}" for table, name in TRIGGERS.items())
    for switch in ("DISABLE", "ENABLE")
)
"""Leave the documents to whoever writes in bulk, and to the triggers again."""

[_INDEX] = search_documents.indexes
UNINDEXED, INDEXED = str(DropIndex(_INDEX)), str(CreateIndex(_INDEX).compile(dialect=DIALECT))
