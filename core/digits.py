"""Digits and signs as keyboards of the Far East type them."""

# Only the full-width forms: NFKC would also read ² as 2, and 1² would become 12.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2212: "-"}


def plain(text: str) -> str:
    """The text with full-width characters and the minus sign as ASCII."""
    return text.translate(_FULL_WIDTH)
