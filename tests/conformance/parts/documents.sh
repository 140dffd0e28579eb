# Report, certificate, receipt and pack. Judges: the Nu HTML checker, axe-core in Chromium, poppler, qpdf, Python's email
# and zipfile, sha256sum.
needs git java node chromium pdfinfo pdftotext pdffonts pdftoppm python3 qpdf sha256sum
VNU=$PWD/tests/conformance/node_modules/vnu-jar/build/dist/vnu.jar
[ -f "$VNU" ] || { echo "conformance: vnu-jar is not installed" >&2; exit 1; }

# Two organisations of the examples, one of them with sites, answered and published; another with hostile names.
(
  export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$WORK/gitconfig
  printf '[user]\nname = Judge\n[init]\ndefaultBranch = main\n' >"$GIT_CONFIG_GLOBAL"
  publish() { # directory, day, publisher, options…
    local directory=$1 day=$2 who=$3; shift 3
    git -C "$directory" init -q
    git -C "$directory" config user.email "$who"
    git -C "$directory" add -A
    git -C "$directory" commit -qm Answers
    "$DSPT" -C "$directory" publish --as-of "$day" --confirm-profile "$@"
  }
  cp -r examples/elm-lodge "$WORK/elm"
  publish "$WORK/elm" 2026-05-11 priyanka.nair@elmlodge.example --receipt "$WORK/receipt.eml"
  cp -r examples/hazel-house "$WORK/group"
  python3 - "$WORK/group/organisation.toml" <<'PY'
import sys
path = sys.argv[1]
text = open(path).read()
name = 'Sunrise \\"Care\\" & Söhne <script>alert(1)</script> ]]> Tŷ Gwyn Łódź Ltd'
text = text.replace('name = "Hazel House (Wenbury) Ltd"', f'name = "{name}"', 1)
for at in range(60):
    text += f'\n[[site]]\nods_code = "V{at:04}"\nname = "Home <b>{at}</b> at a Place with a Long Name, Llanfairpwllgwyngyll"\n'
    text += 'shares = { training = true, policies = true, breach_handling = true, it = true }\n'
open(path, "w").write(text)
PY
  publish "$WORK/group" 2026-03-02 maureen@hazelhouse.example --all-sites
) >"$WORK/log" 2>&1 || { cat "$WORK/log" >&2; exit 1; }

elm=(-C "$WORK/elm" --quiet --as-of 2026-06-01)
group=(-C "$WORK/group" --quiet --as-of 2026-06-01)
pages=()
page() { # name, arguments…
  local name=$1; shift
  accepts "page $name is written" "$DSPT" "$@" -o "$WORK/$name.html"
  pages+=("$WORK/$name.html")
}
for example in hazel-house:2026-03-02 elm-lodge:2026-05-11 northfield-care:2026-04-20; do
  name=${example%:*}
  page "report-$name" -C "examples/$name" --as-of "${example#*:}" --quiet export --to html
  page "plan-$name" -C "examples/$name" --as-of "${example#*:}" --quiet plan show --format html
done
page diff -C examples/northfield-care --as-of 2026-04-20 --quiet diff 2024-25 2025-26
"$DSPT" "${elm[@]}" history 1.1.5 --format html >"$WORK/history.html"
pages+=("$WORK/history.html")
page report-hostile "${group[@]}" export --to html
page certificate "${elm[@]}" certificate
page certificate-group "${group[@]}" certificate
page certificate-site "${group[@]}" certificate --site V0007
for what in elm group; do
  declare -n options=$what
  accepts "pack $what is written" "$DSPT" "${options[@]}" pack -o "$WORK/$what.zip"
  mkdir "$WORK/$what-pack"
  accepts "unzip $what" python3 -m zipfile -e "$WORK/$what.zip" "$WORK/$what-pack"
  pages+=("$WORK/$what-pack"/*/index.html)
done
accepts "vnu: pages" java -jar "$VNU" --Werror "${pages[@]}"
accepts "axe-core: pages" node tests/conformance/axe.mjs "${pages[@]}"

for what in elm group; do
  declare -n options=$what
  accepts "certificate $what as SVG" "$DSPT" "${options[@]}" certificate -o "$WORK/$what.svg"
  accepts "vnu: certificate $what as SVG" java -jar "$VNU" --svg "$WORK/$what.svg"
  accepts "certificate $what as PDF" "$DSPT" "${options[@]}" certificate -o "$WORK/$what.pdf"
  accepts "qpdf: certificate $what" qpdf --check "$WORK/$what.pdf"
  accepts "pdftoppm: certificate $what" pdftoppm -r 20 -png "$WORK/$what.pdf" "$WORK/$what"
done
for found in "$WORK"/*-pack/*/certificate.pdf; do
  accepts "qpdf: certificate of a pack" qpdf --check "$found"
done
commit=$(git -C "$WORK/elm" rev-parse HEAD)
record=$(sha256sum <"$WORK/elm/publications/2025-26/001.toml" | cut -d' ' -f1)
bank=$(cat "$WORK"/elm/publications/banks/*.toml | sha256sum | cut -d' ' -f1)
accepts "pdftotext: certificate" python3 tests/conformance/documents.py pdf "$WORK/elm.pdf" \
  "Elm Lodge Nursing Home (Calder Staithe) Ltd" VEL7M 2025-26 "Standards Met" "11 May 2026" "30 June 2027" \
  "$commit" "sha256:$record" "sha256:$bank" "VEL7M/2025-26/001" "Not issued by NHS England" "dspt verify 2025-26/001"
accepts "pdftotext: certificate with 60 sites" python3 tests/conformance/documents.py pdf "$WORK/group.pdf" \
  'Tŷ Gwyn Łódź Ltd' '<script>alert(1)</script>' 'Approaching Standards' '60 SITES COVERED' 'V0000' 'V0059' 'page 1 of' 'Home <b>59</b> at'
accepts "email: receipt" python3 tests/conformance/documents.py eml "$WORK/receipt.eml" \
  "Elm Lodge Nursing Home (Calder Staithe) Ltd" VEL7M "Standards Met" "11 May 2026" "30 June 2027" "$commit" "sha256:$record"
accepts "zipfile: pack" python3 tests/conformance/documents.py zip "$WORK/elm.zip" \
  index.html answers.json certificate.pdf proof.txt publications/2025-26/001.toml evidence/continuity-plan.md
accepts "sha256sum: pack" bash -c "cd '$WORK'/elm-pack/* && sha256sum --quiet -c SHA256SUMS && sha256sum --quiet --ignore-missing -c publications/2025-26/001.sha256"

# The same again on another clock and in another language.
for made in "certificate --format pdf" "certificate --format svg" "certificate --format html" pack "export --to html" "export --to md" "export --to json"; do
  accepts "twice the same: $made" bash -c '
    program=$1 directory=$2; shift 2
    "$program" "$@" -C "$directory" --as-of 2026-06-01 -o - >"$directory/../one"
    TZ=Pacific/Auckland LC_ALL=tr_TR.UTF-8 LANG=ar_SA.UTF-8 "$program" "$@" -C "$directory" --as-of 2026-06-01 -o - >"$directory/../two"
    cmp "$directory/../one" "$directory/../two"' - "$DSPT" "$WORK/elm" $made
done
