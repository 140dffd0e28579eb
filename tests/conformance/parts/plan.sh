# The action plan's workbook opens, says what the TOML says, and comes back from others with exactly what was typed.
# Judges: openpyxl, LibreOffice.
needs python3 soffice
needs_python openpyxl
plan() { python3 tests/conformance/plan.py "$@"; }
resaved() { # workbook, directory
  soffice --headless "-env:UserInstallation=file://$WORK/office" --convert-to xlsx --outdir "$2" "$1"
}
unchanged() { # workbook, [notes]
  "$DSPT" "${at[@]}" plan import "$1" --format json --dry-run | plan unchanged "${2:-0}"
}

cp -r examples/hazel-house "$WORK/home"
at=(-C "$WORK/home" --as-of 2026-03-02T09:30)
file=action-plans/2025-26.toml
"$DSPT" "${at[@]}" plan show --format xlsx -o "$WORK/plan.xlsx" --quiet
accepts "openpyxl: action plan" plan compare "$WORK/plan.xlsx" "$WORK/home/$file" "$WORK/home/organisation.toml"

# Awkward text in every column: out, through others, and back without a change.
plan awkward "$WORK/home/$file"
cp "$WORK/home/$file" "$WORK/awkward.toml"
"$DSPT" "${at[@]}" plan show --format xlsx -o "$WORK/awkward.xlsx" --quiet
accepts "openpyxl: awkward plan" plan compare "$WORK/awkward.xlsx" "$WORK/home/$file" "$WORK/home/organisation.toml"
accepts "plan import: awkward, as exported" unchanged "$WORK/awkward.xlsx"
accepts "LibreOffice saves the awkward plan" resaved "$WORK/awkward.xlsx" "$WORK/office-saved"
accepts "plan import: awkward, after LibreOffice" unchanged "$WORK/office-saved/awkward.xlsx"
accepts "openpyxl turns the awkward plan" plan turn "$WORK/awkward.xlsx" "$WORK/turned.xlsx"
accepts "plan import: awkward, other order, filter, a row away, a column between, a note" unchanged "$WORK/turned.xlsx" 1
accepts "LibreOffice saves the turned plan" resaved "$WORK/turned.xlsx" "$WORK/office-saved"
accepts "plan import: turned, after LibreOffice" unchanged "$WORK/office-saved/turned.xlsx" 1

# Awkward text typed into every white cell comes back as it was typed.
"$DSPT" "${at[@]}" plan show --format json >"$WORK/plan.json"
accepts "LibreOffice saves the plan" resaved "$WORK/plan.xlsx" "$WORK/office-saved"
for saved in plan.xlsx office-saved/plan.xlsx; do
  cp examples/hazel-house/$file "$WORK/home/$file"
  accepts "openpyxl types into $saved" plan edit "$WORK/$saved" "$WORK/typed.xlsx"
  accepts "plan import: typed into $saved" "$DSPT" "${at[@]}" plan import "$WORK/typed.xlsx"
  accepts "exactly what was typed into $saved" plan edited "$WORK/home/$file" "$WORK/plan.json"
  cp examples/hazel-house/$file "$WORK/home/$file"
  accepts "LibreOffice saves what was typed into $saved" resaved "$WORK/typed.xlsx" "$WORK/office-typed"
  accepts "plan import: typed, after LibreOffice, $saved" "$DSPT" "${at[@]}" plan import "$WORK/office-typed/typed.xlsx"
  accepts "exactly what was typed, after LibreOffice, $saved" plan edited "$WORK/home/$file" "$WORK/plan.json"
  accepts "plan import: nothing left, $saved" unchanged "$WORK/office-typed/typed.xlsx"
done
