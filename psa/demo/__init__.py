"""Two firms with three months of work, for `make demo`. Told as stories, made by the operations that people use."""
