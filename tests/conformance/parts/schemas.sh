# Schemas, and the files that editors check by them. Judges: check-jsonschema, taplo, tombi.
needs check-jsonschema taplo tombi git

# Schemas are schemas; examples fit them; broken files do not.
accepts "schemas fit the meta-schema" check-jsonschema --check-metaschema schemas/*.json schemas/output/*.json
schema_of() {
  case $1 in
    */organisation.toml) echo organisation ;;
    */portfolio.toml) echo portfolio ;;
    */assessments/*) local edition; edition=$(basename "$1"); echo "answers-dspt-asc-${edition%.*}" ;;
    */action-plans/*) echo action-plan ;;
    */publications/toolkit.toml) echo toolkit ;;
  esac
}
while IFS= read -r file; do
  name=$(schema_of "$file")
  [ -n "$name" ] || continue
  case $file in
    examples/broken/*) ;;
    *) accepts "check-jsonschema: $file" check-jsonschema --schemafile "schemas/$name.schema.json" "$file" ;;
  esac
done < <(find examples -name '*.toml' -o -name '*.yaml' | sort)
for bank in standards/*/*.toml; do
  accepts "check-jsonschema: $bank" check-jsonschema --schemafile schemas/bank.schema.json "$bank"
done
rejects "check-jsonschema: examples/broken answers" check-jsonschema --schemafile schemas/answers-dspt-asc-2025-26.schema.json examples/broken/assessments/2025-26.toml

# taplo and tombi follow the schema line of each file, as editors do.
for example in hazel-house elm-lodge northfield-care; do
  while IFS= read -r file; do
    accepts "taplo: $file" taplo lint "$file"
    accepts "tombi: $file" tombi lint --offline "$file"
    # Files below years/ name their schema from where the script puts them.
  done < <(find "examples/$example" -name '*.toml' -not -path '*/years/*' | sort)
done
rejects "taplo: examples/broken answers" taplo lint examples/broken/assessments/2025-26.toml
rejects "tombi: examples/broken answers" tombi lint --offline --error-on-warnings examples/broken/assessments/2025-26.toml

# What init writes is sound for all of them, in both languages.
"$DSPT" init "$WORK/toml" --ods A1B2 --name 'Sunrise "Care" & Söhne Ltd' --edition 2025-26 --quiet >/dev/null
"$DSPT" init "$WORK/yaml" --ods VABCD --name 'Sunrise: House #1' --edition 2025-26 --yaml --quiet >/dev/null
accepts "taplo: init" taplo lint "$WORK/toml/organisation.toml" "$WORK/toml/assessments/2025-26.toml"
accepts "check-jsonschema: init in YAML" check-jsonschema --schemafile "$WORK/yaml/.dspt/schemas/answers-dspt-asc-2025-26.schema.json" "$WORK/yaml/assessments/2025-26.yaml"
accepts "lint: init" "$DSPT" -C "$WORK/toml" lint --as-of 2025-10-15
accepts "lint: init in YAML" "$DSPT" -C "$WORK/yaml" lint --as-of 2025-10-15
accepts "git: init" git -C "$WORK/toml" status --porcelain
