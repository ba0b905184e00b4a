"""The words that clients read in their own language.

    .venv/bin/python -m tools.words collect   gathers them into locale/*/LC_MESSAGES/django.po (needs xgettext)
    .venv/bin/python -m tools.words compile   writes the django.mo beside each (needs nothing)

Both files are in the repository, so that a bare machine needs no compiler; a test holds them to each other.
"""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
NOT_OURS = ("node_modules", ".venv", ".tools", ".demo", "build", "sandbox", "tests", "tools")


def catalogues() -> list[Path]:
    """The .po of each language."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def compiled(catalogue: Path) -> bytes:
    """What the .mo beside it must be."""
    with catalogue.open("rb") as file:
        words = read_po(file, locale=catalogue.parts[-3])
    out = BytesIO()
    write_mo(out, words)
    return out.getvalue()


def collect() -> None:
    ignored = [part for name in NOT_OURS for part in ("-i", name)]
    languages = [part for each in catalogues() for part in ("-l", each.parts[-3])]
    options = ["--no-wrap", "--no-obsolete", "--add-location=file", *languages, *ignored]
    subprocess.run([sys.executable, "manage.py", "makemessages", *options], cwd=ROOT, check=True)


def compile_all() -> None:
    for catalogue in catalogues():
        catalogue.with_suffix(".mo").write_bytes(compiled(catalogue))


if __name__ == "__main__":
    {"collect": collect, "compile": compile_all}[sys.argv[1] if len(sys.argv) > 1 else "compile"]()
