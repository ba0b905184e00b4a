"""What curl does with the options of docs/api.md, for machines that have no curl."""

import argparse
import http.client
import sys
from urllib.parse import urlsplit


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("url")
    options.add_argument("--request", default="")
    options.add_argument("--header", action="append", default=[])
    options.add_argument("--data")
    for flag in ("--silent", "--show-error", "--fail-with-body"):
        options.add_argument(flag, action="store_true")
    asked = options.parse_args()
    address = urlsplit(asked.url)
    # Hosts below localhost are this machine.
    connection = http.client.HTTPConnection("127.0.0.1", address.port or 80, timeout=60)
    headers = {"Host": address.netloc} | dict(line.split(": ", 1) for line in asked.header)
    method = asked.request or ("GET" if asked.data is None else "POST")
    path = address.path + (f"?{address.query}" if address.query else "")
    connection.request(method, path, asked.data and asked.data.encode(), headers)
    answer = connection.getresponse()
    sys.stdout.buffer.write(answer.read())
    return 22 if answer.status >= 400 else 0


if __name__ == "__main__":
    sys.exit(main())
