# The Parquet tables of docs/scale.md, and its queries as they stand there. Judge: duckdb.
needs python3
needs_python duckdb

"$DSPT" portfolio generate "$WORK/folio" --clients 40 --quiet >/dev/null
for part in 1 2 3; do
  "$DSPT" -C "$WORK/folio" --as-of 2026-03-02 portfolio export --to parquet --shard "$part/3" -o "$WORK/tables" --quiet
done
"$DSPT" -C "$WORK/folio" --as-of 2026-03-02 portfolio status --format json >"$WORK/status.json"
accepts "duckdb: docs/scale.md" python3 tests/conformance/scale.py "$WORK" docs/scale.md
