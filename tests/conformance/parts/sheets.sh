# Calendar, portal sheet and the plan's workbook as other programs see them. Judges: icalendar, the Nu HTML checker,
# axe-core in Chromium, openpyxl, LibreOffice.
needs java node chromium python3 soffice
needs_python icalendar openpyxl
VNU=$PWD/tests/conformance/node_modules/vnu-jar/build/dist/vnu.jar
[ -f "$VNU" ] || { echo "conformance: vnu-jar is not installed" >&2; exit 1; }
sheets() { python3 tests/conformance/sheets.py "$@"; }
same() { # what, arguments…: the same bytes on another clock and in another language
  local what=$1; shift
  "$DSPT" "$@" -o - >"$WORK/one"
  TZ=Pacific/Auckland LC_ALL=tr_TR.UTF-8 LANG=ar_SA.UTF-8 "$DSPT" "$@" -o - >"$WORK/two"
  accepts "twice the same: $what" cmp "$WORK/one" "$WORK/two"
}

pages=()
for example in hazel-house:2026-03-02 elm-lodge:2026-05-11 northfield-care:2026-04-20; do
  name=${example%:*}
  at=(-C "examples/$name" --as-of "${example#*:}" --quiet)
  "$DSPT" "${at[@]}" calendar -o "$WORK/$name.ics"
  "$DSPT" "${at[@]}" calendar --format json >"$WORK/$name.json"
  accepts "icalendar: $name" sheets calendar "$WORK/$name.ics" "$WORK/$name.json"
  "$DSPT" "${at[@]}" --color always calendar --format human -o "$WORK/$name.txt"
  rejects "a calendar in a file without colours: $name" grep -q $'\x1b' "$WORK/$name.txt"
  accepts "portal sheet of $name" "$DSPT" "${at[@]}" export --to portal -o "$WORK/$name.html"
  pages+=("$WORK/$name.html")
  same "calendar of $name" "${at[@]}" calendar
  same "portal sheet of $name" "${at[@]}" export --to portal
done

# Hostile text in every place that is shown.
cp -r examples/hazel-house "$WORK/hostile"
sheets hostile "$WORK/hostile"
at=(-C "$WORK/hostile" --as-of 2026-03-02 --quiet)
"$DSPT" "${at[@]}" export --to portal -o "$WORK/hostile.html"
pages+=("$WORK/hostile.html")
"$DSPT" "${at[@]}" calendar -o "$WORK/hostile.ics"
"$DSPT" "${at[@]}" calendar --format json >"$WORK/hostile.json"
accepts "icalendar: hostile text" sheets calendar "$WORK/hostile.ics" "$WORK/hostile.json"

# What was entered before, and what is said no more: every mark that an item can have.
cp -r examples/hazel-house "$WORK/entered"
(
  export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$WORK/gitconfig
  printf '[user]\nname = Judge\nemail = maureen@hazelhouse.example\n[init]\ndefaultBranch = main\n' >"$GIT_CONFIG_GLOBAL"
  cd "$WORK/entered"
  git init -q && git add -A && git commit -qm Answers
  "$DSPT" publish --as-of 2026-03-02 --confirm-profile
  "$DSPT" publications add --as-of 2026-03-03 --edition 2025-26 --level approaching-standards --date 2026-03-03 --record 2025-26/001
  sed -i -e '/^\[answers."4.1.1"\]/,/^$/{/^tick\|^comment/d}' -e '/^\[answers."2.1.1"\]/,/^$/s/^tick = true/tick = false/' assessments/2025-26.toml
) >"$WORK/log" 2>&1 || { cat "$WORK/log" >&2; exit 1; }
at=(-C "$WORK/entered" --as-of 2026-03-04 --quiet)
accepts "portal sheet against what was entered" "$DSPT" "${at[@]}" export --to portal -o "$WORK/entered.html"
for words in "clear this" "open, read, Save" "Untick the box."; do
  accepts "the sheet says: $words" grep -q "$words" "$WORK/entered.html"
done
pages+=("$WORK/entered.html")

# The checker cannot tell that script and style are allowed by their digests; the browser can, and runs them.
accepts "vnu: portal sheets" java -jar "$VNU" --errors-only "${pages[@]}"
accepts "Chromium and axe-core: portal sheets" node tests/conformance/portal.mjs "${pages[@]}"

# The plan's workbook, saved by others, comes back with exactly what was edited.
cp -r examples/hazel-house "$WORK/home"
at=(-C "$WORK/home" --as-of 2026-03-02T09:30)
"$DSPT" "${at[@]}" plan show --format xlsx -o "$WORK/plan.xlsx" --quiet
resaved() { # workbook, directory
  soffice --headless "-env:UserInstallation=file://$WORK/office" --convert-to xlsx --outdir "$2" "$1"
}
unchanged() { "$DSPT" "${at[@]}" plan import "$1" --format json --dry-run | sheets unchanged; }
accepts "plan import: as exported" unchanged "$WORK/plan.xlsx"
accepts "openpyxl saves the plan" sheets resave "$WORK/plan.xlsx" "$WORK/openpyxl.xlsx"
accepts "plan import: after openpyxl" unchanged "$WORK/openpyxl.xlsx"
accepts "LibreOffice saves the plan" resaved "$WORK/plan.xlsx" "$WORK/libre"
accepts "plan import: after LibreOffice" unchanged "$WORK/libre/plan.xlsx"
for saved in openpyxl.xlsx libre/plan.xlsx; do
  rm -rf "$WORK/home" && cp -r examples/hazel-house "$WORK/home"
  accepts "openpyxl edits $saved" sheets edit "$WORK/$saved" "$WORK/edited.xlsx"
  cp "$WORK/edited.xlsx" "$WORK/typed.xlsx"
  rejects "a new plan over one that was filled in: $saved" "$DSPT" "${at[@]}" plan show --format xlsx -o "$WORK/typed.xlsx"
  accepts "what was typed is there: $saved" cmp "$WORK/edited.xlsx" "$WORK/typed.xlsx"
  accepts "plan import: edits of $saved" "$DSPT" "${at[@]}" plan import "$WORK/edited.xlsx"
  accepts "exactly the edits of $saved" sheets edited examples/hazel-house "$WORK/home"
  accepts "plan import: nothing left of $saved" unchanged "$WORK/edited.xlsx"
done
