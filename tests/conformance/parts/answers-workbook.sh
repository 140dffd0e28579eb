# The answers workbook opens in other programs, and comes back from them with exactly what was edited. Judges: openpyxl,
# LibreOffice.
needs python3 soffice
needs_python openpyxl

book() { python3 tests/conformance/answers_workbook.py "$@"; }
resaved() { # workbook, directory
  soffice --headless "-env:UserInstallation=file://$WORK/office" --convert-to xlsx --outdir "$2" "$1"
}
# What an import changes, as JSON without what is told about the files.
changes() { "$DSPT" -C "$1" --as-of 2026-04-20 import "$2" --format json --dry-run; }
unchanged() { changes "$1" "$2" | python3 -c 'import json, sys; out = json.load(sys.stdin); assert not (out["changed"] or out["confirmed"] or out["findings"] or out["notes"]), out'; }

for example in hazel-house elm-lodge northfield-care; do
  home=$WORK/$example
  cp -r "examples/$example" "$home"
  "$DSPT" -C "$home" --as-of 2026-04-20 export -o "$WORK/$example.xlsx" --quiet
  accepts "openpyxl: $example, locked but for answers, no formula of a user's" book judge "$WORK/$example.xlsx"
  accepts "import: $example as exported" unchanged "$home" "$WORK/$example.xlsx"
  accepts "openpyxl saves $example" book resave "$WORK/$example.xlsx" "$WORK/$example-openpyxl.xlsx"
  accepts "import: $example after openpyxl" unchanged "$home" "$WORK/$example-openpyxl.xlsx"
  accepts "LibreOffice saves $example" resaved "$WORK/$example.xlsx" "$WORK/office-$example"
  accepts "import: $example after LibreOffice" unchanged "$home" "$WORK/office-$example/$example.xlsx"
  # openpyxl keeps no results, so that LibreOffice has to work them out.
  accepts "LibreOffice works out $example" resaved "$WORK/$example-openpyxl.xlsx" "$WORK/office-$example"
  accepts "LibreOffice counts $example as dspt does" book recounted "$WORK/$example.xlsx" "$WORK/office-$example/$example-openpyxl.xlsx"
done

# Before anything is answered.
"$DSPT" init "$WORK/fresh" --ods A1B2 --name Fresh --edition 2025-26 --quiet >"$WORK/log"
"$DSPT" -C "$WORK/fresh" --as-of 2026-04-20 export -o "$WORK/fresh.xlsx" --quiet
accepts "openpyxl saves a fresh one" book resave "$WORK/fresh.xlsx" "$WORK/fresh-openpyxl.xlsx"
accepts "LibreOffice works out a fresh one" resaved "$WORK/fresh-openpyxl.xlsx" "$WORK/office-fresh"
accepts "LibreOffice counts a fresh one as dspt does" book recounted "$WORK/fresh.xlsx" "$WORK/office-fresh/fresh-openpyxl.xlsx"

# Edits come back as they were made, whoever saved the workbook.
for saved in openpyxl office; do
  home=$WORK/edited-$saved
  cp -r examples/northfield-care "$home"
  source=$WORK/northfield-care.xlsx
  [ "$saved" = openpyxl ] || source=$WORK/office-northfield-care/northfield-care.xlsx
  accepts "openpyxl edits, first saved by $saved" book edit "$source" "$WORK/edited-$saved.xlsx"
  cp "$WORK/edited-$saved.xlsx" "$WORK/typed.xlsx"
  rejects "a new workbook over one that was filled in, $saved" "$DSPT" -C "$home" --as-of 2026-04-20 export -o "$WORK/typed.xlsx"
  accepts "what was typed is there, $saved" cmp "$WORK/edited-$saved.xlsx" "$WORK/typed.xlsx"
  accepts "import of the edits, $saved" "$DSPT" -C "$home" --as-of 2026-04-20 import "$WORK/edited-$saved.xlsx"
  accepts "exactly those edits, $saved" book edited examples/northfield-care "$home"
  accepts "nothing left to take over, $saved" "$DSPT" -C "$home" --as-of 2026-04-20 import "$WORK/edited-$saved.xlsx"
  accepts "a new workbook over one that was taken over, $saved" "$DSPT" -C "$home" --as-of 2026-04-20 export -o "$WORK/typed.xlsx"
  accepts "sorted, filtered and partly deleted, $saved" book shuffle "$WORK/edited-$saved.xlsx" "$WORK/shuffled-$saved.xlsx"
  accepts "import of the rest, $saved" "$DSPT" -C "$home" --as-of 2026-04-20 import "$WORK/shuffled-$saved.xlsx"
  accepts "exactly those edits again, $saved" book edited examples/northfield-care "$home"
done

# Awkward text in every white cell comes back to the letter: as it was typed, and after LibreOffice.
"$DSPT" -C "$WORK/fresh" --as-of 2026-04-20 questions --format json >"$WORK/questions.json"
accepts "openpyxl fills in every cell" book fill "$WORK/fresh.xlsx" "$WORK/filled.xlsx" "$WORK/questions.json"
accepts "LibreOffice saves what was filled in" resaved "$WORK/filled.xlsx" "$WORK/office-filled"
for saved in filled.xlsx office-filled/filled.xlsx; do
  home=$WORK/home-${saved%%/*}
  cp -r "$WORK/fresh" "$home"
  accepts "import of every cell: $saved" "$DSPT" -C "$home" --as-of 2026-04-20 import "$WORK/$saved"
  rm -f "$WORK/exported.xlsx"
  "$DSPT" -C "$home" --as-of 2026-04-20 export -o "$WORK/exported.xlsx" --quiet
  accepts "every cell as it was typed: $saved" book filled "$WORK/filled.xlsx" "$WORK/exported.xlsx"
  accepts "nothing left to take over: $saved" unchanged "$home" "$WORK/exported.xlsx"
done

# Through many hands: unlocked, filtered, columns and rows put in, sheets turned about, numbers and days typed as text.
accepts "openpyxl: a workbook through many hands" book handle "$WORK/northfield-care.xlsx" "$WORK/moved.xlsx" "$WORK/merged.xlsx"
accepts "LibreOffice saves it" resaved "$WORK/moved.xlsx" "$WORK/office-moved"
accepts "openpyxl saves that" book resave "$WORK/office-moved/moved.xlsx" "$WORK/office-openpyxl.xlsx"
accepts "LibreOffice saves that" resaved "$WORK/office-openpyxl.xlsx" "$WORK/office-thrice"
for saved in moved.xlsx office-moved/moved.xlsx office-openpyxl.xlsx office-thrice/office-openpyxl.xlsx; do
  changes examples/northfield-care "$WORK/$saved" >"$WORK/changes.json" || true
  accepts "exactly what was typed: $saved" book handled "$WORK/changes.json"
done
accepts "LibreOffice saves merged cells" resaved "$WORK/merged.xlsx" "$WORK/office-merged"
for saved in merged.xlsx office-merged/merged.xlsx; do
  rejects "two answers in one cell: $saved" changes examples/northfield-care "$WORK/$saved"
  changes examples/northfield-care "$WORK/$saved" >"$WORK/changes.json" || true
  accepts "it says which: $saved" grep -q 'were merged into one cell' "$WORK/changes.json"
done
accepts "LibreOffice saves as .ods" soffice --headless "-env:UserInstallation=file://$WORK/office" --convert-to ods --outdir "$WORK" "$WORK/northfield-care.xlsx"
rejects "an .ods" changes examples/northfield-care "$WORK/northfield-care.ods"
changes examples/northfield-care "$WORK/northfield-care.ods" >"$WORK/said" 2>&1 || true
accepts "it says how to save it" grep -q 'save it as .xlsx' "$WORK/said"

# Hostile answers stay text, and stay what they are.
home=$WORK/hostile
cp -r examples/hazel-house "$home"
accepts "hostile answers" book hostile "$home/assessments/2025-26.toml"
"$DSPT" -C "$home" --as-of 2026-04-20 export -o "$WORK/hostile.xlsx" --quiet
accepts "openpyxl: hostile answers" book judge "$WORK/hostile.xlsx" "$home/assessments/2025-26.toml"
accepts "import: hostile answers" unchanged "$home" "$WORK/hostile.xlsx"
accepts "openpyxl saves hostile answers" book resave "$WORK/hostile.xlsx" "$WORK/hostile-openpyxl.xlsx"
accepts "import: hostile answers after openpyxl" unchanged "$home" "$WORK/hostile-openpyxl.xlsx"
accepts "LibreOffice saves hostile answers" resaved "$WORK/hostile.xlsx" "$WORK/office-hostile"
accepts "import: hostile answers after LibreOffice" unchanged "$home" "$WORK/office-hostile/hostile.xlsx"

# The comparison of two years as a workbook.
"$DSPT" -C examples/northfield-care --as-of 2026-04-20 diff --format xlsx -o "$WORK/diff.xlsx" --quiet
"$DSPT" -C examples/northfield-care --as-of 2026-04-20 diff --format json >"$WORK/diff.json"
accepts "openpyxl: comparison" book compared "$WORK/diff.xlsx" "$WORK/diff.json"

# Somebody else's workbook is refused, and so is one of another year.
rejects "import into another organisation" "$DSPT" -C "$WORK/elm-lodge" --as-of 2026-05-11 import "$WORK/hazel-house.xlsx"
rejects "import into another edition" "$DSPT" -C "$WORK/northfield-care" --as-of 2026-04-20 --edition 2024-25 import "$WORK/northfield-care.xlsx"

# The same bytes, in another time zone and locale.
TZ=Pacific/Auckland LC_ALL=tr_TR.UTF-8 "$DSPT" -C "$WORK/northfield-care" --as-of 2026-04-20 export -o "$WORK/again.xlsx" --quiet
accepts "the same bytes" cmp "$WORK/northfield-care.xlsx" "$WORK/again.xlsx"
