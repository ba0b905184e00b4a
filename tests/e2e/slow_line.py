"""A line between browser and product that tests can make slow, or cut: it passes requests on and answers late.

Nothing in the product knows of it. It has a port of its own, and the Host header travels unchanged.
"""

import contextlib
import http.client
import http.server
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass
class SlowLine:
    """How posts fare: each is answered after `delay_seconds`; the next `cuts` lose their answer, though done."""

    port: int = 0
    delay_seconds: float = 0.0
    cuts: int = 0
    posts: int = 0
    under_way: int = 0
    most_under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        with self.lock:
            self.posts += 1
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)

    def end(self) -> bool:
        """Whether the answer of this post is lost."""
        with self.lock:
            self.under_way -= 1
            is_cut = self.cuts > 0
            self.cuts -= is_cut
        return is_cut


@contextlib.contextmanager
def slow_line(to_port: int) -> Iterator[SlowLine]:
    """A line to the product on that port, without delay until the test says so."""
    line = SlowLine()

    class Passage(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(*self._ask())

        def do_POST(self) -> None:
            line.begin()
            try:
                answer = self._ask()
                time.sleep(line.delay_seconds)
            finally:
                is_cut = line.end()
            if is_cut:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            else:
                self._answer(*answer)

        def _ask(self) -> tuple[http.client.HTTPResponse, bytes]:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            connection = http.client.HTTPConnection("127.0.0.1", to_port, timeout=30)
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            return answer, content

        def _answer(self, answer: http.client.HTTPResponse, content: bytes) -> None:
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):  # the page may have moved on
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing; build/e2e/access.log has every request."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Passage)
    server.daemon_threads = True
    line.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
