"""How often something really happened for an operation: `count.py FOLDER OPERATION`."""
import os
import sqlite3
import sys

db = sqlite3.connect(os.path.join(sys.argv[1], "seats.db"), timeout=10)
db.execute("CREATE TABLE IF NOT EXISTS effects (operation TEXT NOT NULL)")
print(db.execute("SELECT count(*) FROM effects WHERE operation = ?", (sys.argv[2],)).fetchone()[0])
