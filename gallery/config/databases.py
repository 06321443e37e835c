"""The database: SQLite in the data folder, tuned for several writers, or PostgreSQL."""

from pathlib import Path
from typing import Any

import environ

# WAL lets readers go on while somebody writes. IMMEDIATE makes writers queue up: without it a
# transaction that reads first and then writes fails at once, however long the timeout (7,500
# errors in 2,000 tasks against none). FULL: what a person was told is in the library must be there
# after a loss of power, and the seven hundred commits a second that are left are enough.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;"
        " PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-20000;"
    ),
}
# A queue that reconnects at every poll does a third of the work.
SECONDS_TO_KEEP_CONNECTIONS = 600


def database_for(url: str, data_folder: Path) -> dict[str, Any]:
    """Describe the database at this address; without one, SQLite in the data folder."""
    address = url or f"sqlite:///{data_folder}/db.sqlite3"
    database: dict[str, Any] = environ.Env.db_url_config(address)
    database["CONN_MAX_AGE"] = SECONDS_TO_KEEP_CONNECTIONS
    database["CONN_HEALTH_CHECKS"] = True
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = SQLITE_OPTIONS
        # A file, not memory: tests start processes that look at the same rows.
        database["TEST"] = {"NAME": str(data_folder / "test.sqlite3")}
    return database
