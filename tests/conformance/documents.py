"""What is made of a publication, read by Python's own modules: `documents.py pdf|eml|zip FILE WORD…`."""

import email
import email.policy
import hashlib
import re
import subprocess
import sys
import zipfile


def pdf(path, words):
    """Every word is selectable text and read out; both fonts are embedded; it says that it is PDF/A-2a."""
    text = " ".join(subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout.split())
    for word in words:
        assert word in text, f"{word!r} is not in {text!r}"
    fonts = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert len(fonts) == 2, fonts
    for font in fonts:
        embedded, subset, unicode = font.split()[-5:-2]
        assert (embedded, unicode) == ("yes", "yes"), font
    data = open(path, "rb").read()
    assert b"<pdfaid:part>2</pdfaid:part>" in data and b"<pdfaid:conformance>A</pdfaid:conformance>" in data
    read = subprocess.run(["pdfinfo", "-struct-text", path], check=True, capture_output=True, text=True).stdout
    assert '  H1 (block)\n    "Certificate of publication"' in read, read
    read = " ".join(read.split())
    for word in (word for word in words if not word.startswith("page ")):
        assert word in read, f"{word!r} is not read out: {read!r}"


def eml(path, words):
    """Headers, a text with every word, and one attachment that is what its type says."""
    data = open(path, "rb").read()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data), "line ends are CRLF"
    assert max(map(len, data.split(b"\r\n"))) <= 998
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert not message.defects, message.defects
    text = message.get_body(("plain",)).get_content()
    for word in words:
        assert word in text or word in str(message["subject"]), f"{word!r} is not in {text!r}"
    (attachment,) = message.iter_attachments()
    content = attachment.get_content()
    if attachment.get_content_type() == "application/pdf":
        assert content.startswith(b"%PDF-1.") and attachment.get_filename().endswith(".pdf")
    else:
        assert attachment.get_content_type() == "image/svg+xml", attachment.get_content_type()
    assert message["message-id"] and message["x-unsent"] == "1" and message["to"] is None
    assert message["from"].addresses[0].addr_spec


def zip_(path, words):
    """Whole, in one directory, names that stay inside it, every digest right, every word a name."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        (directory,) = {name.split("/")[0] for name in names}
        assert len(names) == len({name.lower() for name in names})
        for name in names:
            parts = name.split("/")
            assert ".." not in parts and "" not in parts and not re.search(r'[<>:"|?*\\]', name), name
        sums = archive.read(f"{directory}/SHA256SUMS").decode().splitlines()
        assert len(sums) == len(names) - 1
        for line in sums:
            digest, name = line.split("  ", 1)
            assert hashlib.sha256(archive.read(f"{directory}/{name}")).hexdigest() == digest, name
        for word in words:
            assert f"{directory}/{word}" in names, f"{word} is not in {names}"


if __name__ == "__main__":
    kind, file, *rest = sys.argv[1:]
    {"pdf": pdf, "eml": eml, "zip": zip_}[kind](file, rest)
