# Editors without dspt: the schema line of a YAML file is enough for completion, hover and errors in place. Judge:
# yaml-language-server, driven as an editor drives it. (TOML: taplo and tombi in the part schemas.)
needs node
accepts "yaml-language-server: examples/elm-lodge" node tests/conformance/yamlls.mjs examples/elm-lodge/assessments/2025-26.yaml
