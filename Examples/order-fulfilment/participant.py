"""What every participant here begins with: tables in a SQLite file of its own, and the barrier over it."""
import sqlite3

import skald

_kept = []      # a connection to each file: when the last one closes, SQLite takes its log down, only to make it anew


def barrier(path, schema):
    """Makes the tables when they are missing."""
    db = sqlite3.connect(path, timeout=30)
    _kept.append(db)
    # One sync for a commit, and readers are not in the way.
    db.execute("PRAGMA journal_mode = WAL")
    db.executescript(schema)
    return skald.SQLiteBarrier(path)
