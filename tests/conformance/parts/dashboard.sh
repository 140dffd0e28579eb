# The dashboard is sound HTML and fit for everybody, with five clients, with many, with none and with hostile names, and
# its search and sort work. Judges: vnu, axe-core and Chromium.
needs java node
VNU=tests/conformance/node_modules/vnu-jar/build/dist/vnu.jar
[ -f "$VNU" ] && [ -d tests/conformance/node_modules/axe-core ] || { echo "conformance: vnu-jar and axe-core are not installed" >&2; exit 1; }

dashboard() { # name, clients
  "$DSPT" portfolio generate "$WORK/$1" --clients "$2" --quiet >/dev/null
}
page() { # name
  "$DSPT" -C "$WORK/$1" --as-of 2026-06-08 portfolio export --to html -o "$WORK/$1.html" --quiet || true
  accepts "vnu: dashboard $1" java -jar "$VNU" --Werror "$WORK/$1.html"
  accepts "axe: dashboard $1" node tests/conformance/axe.mjs "$WORK/$1.html"
}
dashboard few 5; page few
accepts "search and sort: dashboard few" node tests/conformance/dashboard.mjs "$WORK/few.html" 5
dashboard many 1200; page many
accepts "search and sort: dashboard many" node tests/conformance/dashboard.mjs "$WORK/many.html" 1200
dashboard none 0; page none
dashboard hostile 3
sed -i 's|^name = .*|name = "<img src=x onerror=alert(1)> \\"\x27\&amp; ]]> --> \\u202e"|' "$WORK"/hostile/clients/000/c000000/organisation.toml
echo '[' >"$WORK/hostile/clients/000/c000001/organisation.toml"
page hostile
