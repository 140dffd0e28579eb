# The language server over standard input and output, driven by a client that knows nothing of dspt. Judge: Python's json.
needs python3

accepts "lsp: a client over standard input and output" python3 tests/conformance/lsp.py "$DSPT" examples/hazel-house
