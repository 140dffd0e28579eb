# JSON outputs fit their schemas. Judge: check-jsonschema.
needs check-jsonschema

output() { # schema, arguments…
  local schema=$1; shift
  "$DSPT" "$@" --format json >"$WORK/out.json" || true
  accepts "output $schema: dspt $*" check-jsonschema --schemafile "schemas/output/$schema.schema.json" "$WORK/out.json"
}
written() { # schema, arguments…: what is written with --to
  local schema=$1; shift
  "$DSPT" "$@" --to json -o - >"$WORK/out.json" || true
  accepts "output $schema: dspt $*" check-jsonschema --schemafile "schemas/output/$schema.schema.json" "$WORK/out.json"
}
for example in hazel-house:2026-03-02 elm-lodge:2026-05-11 northfield-care:2026-04-20 broken:2026-05-20; do
  at=(-C "examples/${example%:*}" --as-of "${example#*:}")
  output lint "${at[@]}" lint
  output status "${at[@]}" status
  output questions "${at[@]}" questions
  output checklist "${at[@]}" checklist
  output organisation "${at[@]}" organisation
  output plan "${at[@]}" plan show
  output explain "${at[@]}" explain 1.1.2
  written export "${at[@]}" export
done
output history -C examples/northfield-care history 1.1.5
output diff -C examples/northfield-care diff 2024-25 2025-26
mkdir "$WORK/year"
cp examples/northfield-care/organisation.toml "$WORK/year"
for directory in assessments action-plans; do
  mkdir "$WORK/year/$directory"
  for file in examples/northfield-care/$directory/2024-25.*; do [ ! -e "$file" ] || cp "$file" "$WORK/year/$directory"; done
done
output rollover -C "$WORK/year" rollover --to 2025-26 --dry-run
output rollover -C "$WORK/year" rollover --to 2025-26
output standards standards
output standards-diff standards diff 2021-22 2022-23
output explain explain unknown-item
folio=(-C examples portfolio)
output portfolio-status "${folio[@]}" status --no-cache --as-of 2026-05-11 --group-by team
output portfolio-due "${folio[@]}" due --no-cache --as-of 2026-05-11
output lint "${folio[@]}" lint --no-cache --as-of 2026-05-11
printf 'Code,Organisation Name,Status,Date Of Publication\nA8NF,Northfield,24/25 Standards Met,20/06/2025\nV9999,x,Not Published,\n' >"$WORK/public.csv"
output portfolio-reconcile "${folio[@]}" reconcile "$WORK/public.csv" --all --as-of 2026-05-11
