"""What gunicorn reads wherever it starts the product: the image, the demo, the tests, the benchmark."""

# Chosen rows go along in the address of a dialog: 500 entries of eight digits. The most that gunicorn takes.
limit_request_line = 8190
