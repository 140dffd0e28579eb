# The action plan's workbook opens, and says what the TOML says. Judge: openpyxl.
needs python3
needs_python openpyxl

"$DSPT" -C examples/hazel-house --as-of 2026-03-02T09:30 plan show --format xlsx -o "$WORK/plan.xlsx" --quiet
accepts "openpyxl: action plan" python3 tests/conformance/plan.py "$WORK/plan.xlsx" examples/hazel-house/action-plans/2025-26.toml examples/hazel-house/organisation.toml
