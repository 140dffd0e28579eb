# Asks fish what it would complete; fails where an answer lacks what it must have.
dspt completions fish | source
complete -C "dspt stat" | grep -q "^status"; or exit 1
complete -C "dspt -C examples/hazel-house questions 10.2." | grep -q "^10.2.1"; or exit 1
complete -C "dspt status --edition 2025" | grep -q "^2025-26"; or exit 1
complete -C "dspt explain unquoted" | grep -q "^unquoted-item"; or exit 1
