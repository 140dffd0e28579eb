# Asks bash what it would complete; fails where an answer lacks what it must have.
set -eu
source <(dspt completions bash)
complete -p dspt >/dev/null
function_of=$(complete -p dspt | sed 's/.* -F \([^ ]*\) .*/\1/')
answers() {
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  COMP_LINE="$*"
  COMP_POINT=${#COMP_LINE}
  COMP_TYPE=9
  COMPREPLY=()
  "$function_of" dspt "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  printf '%s\n' "${COMPREPLY[@]}"
}
answers dspt stat | grep -qx status
answers dspt -C examples/hazel-house questions 10.2. | grep -qx 10.2.1
answers dspt status --edition 2025 | grep -qx 2025-26
answers dspt explain unquoted | grep -qx unquoted-item
