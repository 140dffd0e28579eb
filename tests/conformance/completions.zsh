# Asks zsh what it would complete, by pressing the key in a shell of its own; fails where an answer lacks what it must
# have.
zmodload zsh/zpty
dspt completions zsh > $SCRIPT
answers() {
  zpty shell zsh -f -i
  zpty -w shell "PROMPT= RPROMPT= ; autoload -Uz compinit && compinit -D -u && source $SCRIPT; zstyle ':completion:*' list-colors ''; bindkey '^I' list-choices; stty -echo columns 200; print ready"
  zpty -r shell line '*ready*ready*'
  zpty -w -n shell "$1"$'\t'
  local out= part
  local -i tries=0
  while (( tries++ < 100 )); do
    sleep 0.1
    while zpty -r -t shell part; do out+=$part; done
    [[ $out == *$2* ]] && break
  done
  zpty -d shell
  [[ $out == *$2* ]] || { print -r -- "zsh: $1: $2 is not among: $out"; exit 1 }
}
answers "dspt stat" "status"
answers "dspt -C examples/hazel-house questions 10.2." "10.2.1"
answers "dspt status --edition 202" "2025-26"
answers "dspt explain unknown-" "unknown-item"
