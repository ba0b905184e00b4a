"""The pattern of project codes. Pure."""

import re

from core.errors import Refusal

NUMBER = re.compile(r"\{(0{1,6})\}")
ALLOWED = re.compile(r"[A-Za-z0-9 ._/-]*")


class NotAPattern(Refusal):
    sentence = "A pattern has one run of zeros in braces and may have {client}: {client}-{000}, or P-{0000}."


def check_pattern(pattern: str) -> str:
    """The pattern without spaces around it. Raises NotAPattern."""
    pattern = pattern.strip()
    rest = NUMBER.sub("", pattern.replace("{client}", "", 1), count=1)
    if len(NUMBER.findall(pattern)) != 1 or not ALLOWED.fullmatch(rest) or len(pattern) > 30:
        raise NotAPattern(
            "A pattern has one run of zeros in braces and may have {client}: {client}-{000}, or P-{0000}.",
            field="code_pattern",
        )
    return pattern


def fill_pattern(pattern: str, client: str) -> tuple[str, int, str]:
    """What stands before the number, how many digits it has, and what follows: LKS-, 3 and nothing."""
    found = NUMBER.search(pattern)
    assert found is not None
    before, after = pattern[: found.start()], pattern[found.end() :]
    return (
        before.replace("{client}", client).upper(),
        len(found[1]),
        after.replace("{client}", client).upper(),
    )
