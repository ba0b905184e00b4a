"""Who may see and close the books."""

from people.rights import Right

VIEW_LEDGER = "ledger.view"
CLOSE_BOOKS = "ledger.close"

RIGHTS = [
    Right(VIEW_LEDGER, "see accounts, journal and trial balance", "Books"),
    Right(CLOSE_BOOKS, "close the books through a day, and set up accounts", "Books"),
]
