"""Runs the SQL of docs/scale.md over an export in three parts and holds it against `portfolio status`."""

import json
import os
import re
import sys
from pathlib import Path

import duckdb

work, page = Path(sys.argv[1]), Path(sys.argv[2])
blocks = re.findall(r"```sql\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
assert len(blocks) > 3, "the page shows queries"
os.chdir(work)
con = duckdb.connect()
results = []
for block in blocks:
    for statement in filter(None, (part.strip() for part in block.split(";"))):
        answer = con.execute(statement)
        if not statement.startswith("CREATE"):
            results.append(answer.fetchall())
            assert results[-1], f"no rows: {statement}"

rows = json.loads((work / "status.json").read_text(encoding="utf-8"))["clients"]
said = con.execute("SELECT path, level, met, required, CAST(deadline AS VARCHAR), standard, edition FROM clients ORDER BY path")
keys = ["path", "level", "met", "required", "deadline", "standard", "edition"]
assert said.fetchall() == [tuple(row[key] for key in keys) for row in rows]
counted = con.execute(
    "SELECT path, count(*) FILTER (counts), count(*) FROM items WHERE required GROUP BY path ORDER BY path"
)
assert counted.fetchall() == [(row["path"], row["met"], row["required"]) for row in rows]
assert con.execute("SELECT labels->>'team' FROM clients ORDER BY path LIMIT 1").fetchone()[0] == rows[0]["labels"]["team"]
# What the page asks first says the same as the status does.
levels = {(edition, level): clients for edition, level, clients, _ in results[0]}
assert sum(levels.values()) == len(rows)
