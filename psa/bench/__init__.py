"""The benchmark: what the product costs, beside what the machine itself costs for the same in the same run.

`make bench`, or `ARGS=cell,week make bench` for some rows. docs/bench.md says what each row measures.
"""
