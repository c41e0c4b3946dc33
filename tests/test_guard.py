"""The network guard: hostile addresses, names and redirects, each of which would reach a server that listens here.

Every name that is not of a row resolves to 127.0.0.1, where the server counts connections; beneath all,
`watch_connections` hears of any connection of the process.
"""

import asyncio
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived
from hypothesis import given
from hypothesis import strategies as st

from sources.guard import (
    GuardedTransport,
    RefusalKind,
    RefusedAddress,
    check_address,
    explain_refusal,
    hide_credentials,
    read_allow_hosts,
    resolve_host,
)
from sources.networks import name_forbidden_network
from tests.connections import watch_connections

PUBLIC = "93.184.216.34"

# PORT is the port of the server that listens on 127.0.0.1.
HOSTILE_ADDRESSES = [
    # Other schemes, and none.
    ("file:///etc/passwd", "scheme"),
    ("file://localhost/etc/passwd", "scheme"),
    ("FILE:///etc/passwd", "scheme"),
    ("ftp://news.example/feed.xml", "scheme"),
    ("gopher://127.0.0.1:PORT/_GET%20/", "scheme"),
    ("data:text/html,<p>It was told.</p>", "scheme"),
    ("javascript:alert(1)", "scheme"),
    ("unix:/var/run/docker.sock", "scheme"),
    ("http+unix://%2Fvar%2Frun%2Fdocker.sock/info", "scheme"),
    ("dict://127.0.0.1:PORT/info", "scheme"),
    ("ws://127.0.0.1:PORT/", "scheme"),
    ("jar:http://127.0.0.1:PORT/!/", "scheme"),
    ("view-source:http://127.0.0.1:PORT/", "scheme"),
    ("//127.0.0.1:PORT/", "scheme"),
    ("127.0.0.1:PORT/", "scheme"),
    ("", "scheme"),
    # This machine, private networks and the rest, as they are usually written.
    ("http://127.0.0.1:PORT/", "network"),
    ("https://127.0.0.1:PORT/", "network"),
    ("http://127.8.9.10:PORT/", "network"),
    ("http://0.0.0.0:PORT/", "network"),
    ("http://10.0.0.1/", "network"),
    ("http://172.31.255.255/", "network"),
    ("http://192.168.1.1/", "network"),
    ("http://169.254.1.1/", "network"),
    ("http://169.254.169.254/latest/meta-data/", "network"),
    ("http://168.63.129.16/machine", "network"),
    ("http://100.100.100.200/latest/meta-data/", "network"),
    ("http://192.0.0.192/opc/v2/", "network"),
    ("http://100.64.0.1/", "network"),
    ("http://198.18.0.1/", "network"),
    ("http://203.0.113.9/", "network"),
    ("http://224.0.0.1/", "network"),
    ("http://255.255.255.255/", "network"),
    ("http://[::1]:PORT/", "network"),
    ("http://[::]:PORT/", "network"),
    ("http://[0:0:0:0:0:0:0:1]:PORT/", "network"),
    ("http://[fe80::1]/", "network"),
    ("http://[fc00::1]/", "network"),
    ("http://[fd00:ec2::254]/latest/meta-data/", "network"),
    ("http://[ff02::1]/", "network"),
    ("http://[2001:db8::1]/", "network"),
    ("http://[4000::1]/", "network"),  # given to nobody yet
    # IPv4 inside IPv6.
    ("http://[::ffff:127.0.0.1]:PORT/", "network"),
    ("http://[::ffff:7f00:1]:PORT/", "network"),
    ("http://[::127.0.0.1]:PORT/", "network"),
    ("http://[::ffff:0:127.0.0.1]:PORT/", "network"),
    ("http://[2002:7f00:1::]:PORT/", "network"),
    ("http://[2001:0:7f00:1::]:PORT/", "network"),
    ("http://[64:ff9b::127.0.0.1]:PORT/", "notation"),
    ("http://[64:ff9b:1::127.0.0.1]:PORT/", "network"),
    # IPv4 in notations that the system's resolver reads as 127.0.0.1.
    ("http://2130706433:PORT/", "notation"),
    ("http://0x7f000001:PORT/", "notation"),
    ("http://0x7F.1:PORT/", "notation"),
    ("http://017700000001:PORT/", "notation"),
    ("http://0177.0.0.1:PORT/", "notation"),
    ("http://127.1:PORT/", "notation"),
    ("http://127.0.1:PORT/", "notation"),
    ("http://127.0.0.0x1:PORT/", "notation"),
    ("http://127.0.0.01:PORT/", "notation"),
    ("http://127.0.0.1.:PORT/", "notation"),
    ("http://0:PORT/", "notation"),
    ("http://00000000000000000000000177.1:PORT/", "notation"),
    ("http://4294967297:PORT/", "notation"),
    ("http://127.0.0.1.1:PORT/", "notation"),
    # Digits and dots that become others.
    ("http://127。0。0。1:PORT/", "notation"),
    ("http://127.0.0。1:PORT/", "notation"),
    ("http://１２７.0.0.1:PORT/", "host"),
    ("http://①②⑦.0.0.1:PORT/", "host"),
    ("http://ⓛocalhost:PORT/", "host"),
    ("http://loc\u00adalhost:PORT/", "characters"),
    ("http://local\u200bhost:PORT/", "characters"),
    # Percent signs, scopes and other oddities of hosts.
    ("http://%31%32%37.0.0.1:PORT/", "notation"),
    ("http://127%2e0%2e0%2e1:PORT/", "host"),
    ("http://%6c%6f%63alhost:PORT/", "host"),
    ("http://[fe80::1%25eth0]:PORT/", "notation"),
    ("http://[fe80::1%eth0]:PORT/", "notation"),
    ("http://[::1]x:PORT/", "port"),
    ("http://[127.0.0.1]:PORT/", "notation"),
    ("http://[v1.fe80::a]:PORT/", "notation"),
    ("http://[::1:PORT/", "port"),
    ("http://xn--a.example:PORT/", "host"),
    ("http://-a.example:PORT/", "host"),
    ("http://a..example:PORT/", "host"),
    ("http://a;b.example:PORT/", "host"),
    # Names of this machine and of local networks.
    ("http://localhost:PORT/", "network"),
    ("http://LOCALHOST:PORT/", "network"),
    ("http://localhost.:PORT/", "network"),
    ("http://feed.localhost:PORT/", "network"),
    ("http://metadata.google.internal/computeMetadata/v1/", "network"),
    ("http://printer.local:PORT/", "network"),
    ("http://router.home.arpa/", "network"),
    ("http://intranet:PORT/", "network"),
    ("http://wpad:PORT/wpad.dat", "host"),
    # Who is who: what stands before the @ is no host.
    ("http://user:secret@news.example/", "credentials"),
    ("http://user@news.example/", "credentials"),
    ("http://news.example@127.0.0.1:PORT/", "credentials"),
    ("http://news.example:80@127.0.0.1:PORT/", "credentials"),
    ("http://@127.0.0.1:PORT/", "credentials"),
    ("http://a@b@127.0.0.1:PORT/", "credentials"),
    ("http://news.example%2f@127.0.0.1:PORT/", "credentials"),
    # Backslashes, white space and control characters, which programs read differently.
    ("http://news.example\\@127.0.0.1:PORT/", "characters"),
    ("http:\\\\127.0.0.1:PORT/", "characters"),
    ("http://127.0.0.1:PORT\\.news.example/", "characters"),
    ("http://news.example\t.127.0.0.1:PORT/", "characters"),
    ("http://127.0.0.1 .news.example:PORT/", "characters"),
    ("ht\ntp://127.0.0.1:PORT/", "characters"),
    ("\x00http://127.0.0.1:PORT/", "characters"),
    ("http://news.example/\r\nHost: 127.0.0.1", "characters"),
    ("http://news.example\u2028:PORT/", "characters"),
    # No host.
    ("http://", "host"),
    ("http:///127.0.0.1:PORT/", "host"),
    ("http:/127.0.0.1:PORT/", "host"),
    ("http:127.0.0.1:PORT/", "host"),
    ("http://:PORT/", "host"),
    ("http://?127.0.0.1:PORT/", "host"),
    ("http://#@127.0.0.1:PORT/", "host"),
    # Ports of other services, and what is no port.
    ("http://news.example:22/", "port"),
    ("http://news.example:25/", "port"),
    ("http://news.example:6667/", "port"),
    ("http://news.example:0/", "port"),
    ("http://news.example:65536/", "port"),
    ("http://news.example:８０/", "port"),
    ("http://news.example:80:PORT/", "port"),
    ("http://news.example:-80/", "port"),
    # Longer than any address.
    ("http://news.example/" + "a" * 4_000, "length"),
]

GOOD_ADDRESSES = [
    # what is named, and what is fetched
    ("https://news.example/2026/breach", "https://news.example/2026/breach"),
    ("http://news.example", "http://news.example"),
    ("HTTP://News.Example/A", "http://news.example/A"),
    ("  https://news.example/a\n", "https://news.example/a"),  # as list files and feeds hold it
    ("https://news.example/a#comments", "https://news.example/a"),
    ("https://news.example:8443/a?b=c&d=%2F", "https://news.example:8443/a?b=c&d=%2F"),
    ("https://news.example:443/a", "https://news.example/a"),
    ("http://news.example:/a", "http://news.example/a"),
    ("https://news.example./a", "https://news.example/a"),
    ("https://news.example/@reporter/a", "https://news.example/@reporter/a"),
    ("https://news.example/a?to=me@news.example", "https://news.example/a?to=me@news.example"),
    ("https://news.example/a?u=http://127.0.0.1/", "https://news.example/a?u=http://127.0.0.1/"),
    ("https://news.example/a b", "https://news.example/a%20b"),
    ("https://news.example/été", "https://news.example/%C3%A9t%C3%A9"),
    ("https://zeitung-münchen.example/", "https://xn--zeitung-mnchen-osb.example/"),
    ("https://xn--zeitung-mnchen-osb.example/", "https://xn--zeitung-mnchen-osb.example/"),
    ("https://例え。example/", "https://xn--r8jz45g.example/"),
    ("https://1.1.1.1/", "https://1.1.1.1/"),
    ("https://8.8.8.8:8080/a", "https://8.8.8.8:8080/a"),
    ("https://[2606:4700:4700::1111]/a", "https://[2606:4700:4700::1111]/a"),
    ("https://[2a00:1450:4001:81b::200e]:8443/", "https://[2a00:1450:4001:81b::200e]:8443/"),
    ("https://127.0.0.1.news.example/", "https://127.0.0.1.news.example/"),
    ("https://localhost.news.example/", "https://localhost.news.example/"),
    ("https://10.news.example/", "https://10.news.example/"),
    ("https://a_b.news.example/", "https://a_b.news.example/"),
    ("https://news.example/x\u200b", "https://news.example/x%E2%80%8B"),
]

# What a name server may say of feed.example.
HOSTILE_ANSWERS = [
    ["127.0.0.1"],
    ["10.0.0.7"],
    ["192.168.0.10"],
    ["172.16.3.4"],
    ["169.254.169.254"],
    ["168.63.129.16"],
    ["100.100.100.200"],
    ["0.0.0.0"],
    ["198.19.255.1"],
    ["239.255.255.250"],
    ["255.255.255.255"],
    ["192.0.2.1"],
    ["::1"],
    ["::"],
    ["fe80::1%eth0"],
    ["fd00:ec2::254"],
    ["::ffff:127.0.0.1"],
    ["64:ff9b::7f00:1"],
    ["64:ff9b::a9fe:a9fe"],
    ["2002:7f00:1::"],
    ["ff02::1"],
    [PUBLIC, "127.0.0.1"],
    ["127.0.0.1", PUBLIC],
    [PUBLIC, "2606:2800:220:1::1", "10.0.0.1"],
    ["2130706433"],  # not what a name server gives, so nothing is connected to
    ["localhost"],
    [""],
]

# Where http://start.example:PORT/, which the user allows, redirects to.
HOSTILE_REDIRECTS = [
    ("http://127.0.0.1:PORT/inner", "network"),
    ("//127.0.0.1:PORT/inner", "network"),
    ("http://localhost:PORT/inner", "network"),
    ("http://other.example:PORT/inner", "network"),  # another name of the same server
    ("http://[::ffff:127.0.0.1]:PORT/inner", "network"),
    ("http://2130706433:PORT/inner", "notation"),
    ("http://169.254.169.254/latest/meta-data/", "network"),
    ("http://start.example:8081/inner", "network"),  # it is allowed at its port alone
    ("https://start.example/inner", "network"),
    ("http://user:secret@start.example:PORT/inner", "credentials"),
    ("http://start.example@127.0.0.1:PORT/inner", "credentials"),
    ("file:///etc/passwd", "scheme"),
    ("ftp://start.example:PORT/inner", "scheme"),
    ("gopher://127.0.0.1:PORT/_inner", "scheme"),
    ("/to?http://127.0.0.1:PORT/inner", "network"),  # two hops
    ("/to?//other.example:PORT/inner", "network"),
]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.connections = 0
        self.asked: list[tuple[str | None, str]] = []  # the Host header, and the path

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        self.connections += 1
        return super().get_request()

    @property
    def port(self) -> str:
        return str(self.server_address[1])


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self.server.asked.append((self.headers["Host"], self.path))
        to, _, target = self.path.partition("?")
        self.send_response(302 if to == "/to" else 200)
        if to == "/to":
            self.send_header("Location", unquote(target))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def started_server() -> Iterator[_Server]:
    started = _Server()
    thread = threading.Thread(target=started.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield started
    started.shutdown()
    started.server_close()


@pytest.fixture
def server(started_server: _Server) -> _Server:
    started_server.connections = 0
    started_server.asked.clear()
    return started_server


class _Names:
    """A name server: gives each answer of its list once, the last one again and again; it knows all names."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers) or [["127.0.0.1"]]
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def _open(names: _Names, *allowed: str, ssl_context: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    context = ssl_context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # reads no certificates, so is made at once
    transport = GuardedTransport(allow_hosts=read_allow_hosts(allowed), resolve=names.resolve, ssl_context=context)
    return httpx.AsyncClient(transport=transport, trust_env=False, follow_redirects=True, timeout=5)


def _get(url: str, names: _Names, *allowed: str) -> httpx.Response:
    async def get() -> httpx.Response:
        async with _open(names, *allowed) as client:
            return await client.get(url)

    return asyncio.run(get())


@pytest.mark.parametrize(("url", "kind"), HOSTILE_ADDRESSES)
def test_hostile_address_is_refused(url: str, kind: str) -> None:
    with pytest.raises(RefusedAddress) as refused:
        check_address(url.replace("PORT", "8080"))
    assert refused.value.kind == kind
    assert refused.value.detail.endswith(".")


@pytest.mark.parametrize("url", [row[0] for row in HOSTILE_ADDRESSES])
def test_hostile_address_is_not_connected_to(url: str, server: _Server) -> None:
    # Also where nobody calls check_address before; httpx can't read some of them at all.
    url = url.replace("PORT", server.port)
    with watch_connections() as connections, pytest.raises((RefusedAddress, httpx.InvalidURL, UnicodeError)):
        _get(url, _Names())
    assert connections == []
    assert server.connections == 0


def test_without_the_guard_they_would_be() -> None:
    # What the rows are about: the system reads these as 127.0.0.1.
    for host in ("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1"):
        assert asyncio.run(resolve_host(host, 80)) == ["127.0.0.1"]


@pytest.mark.parametrize(("url", "fetched"), GOOD_ADDRESSES)
def test_good_address_passes(url: str, fetched: str) -> None:
    assert check_address(url) == fetched


@pytest.mark.parametrize("answers", HOSTILE_ANSWERS, ids=" ".join)
def test_name_that_leads_into_a_private_network(answers: list[str], server: _Server) -> None:
    names = _Names(answers)
    with watch_connections() as connections, pytest.raises(RefusedAddress) as refused:
        _get(f"http://feed.example:{server.port}/inner", names)
    assert refused.value.kind is RefusalKind.NETWORK
    assert connections == []
    assert names.asked == ["feed.example"]


@pytest.mark.parametrize(("target", "kind"), HOSTILE_REDIRECTS)
def test_hostile_redirect(target: str, kind: str, server: _Server) -> None:
    start = f"start.example:{server.port}"
    with pytest.raises(RefusedAddress) as refused:
        _get(f"http://{start}/to?{target.replace('PORT', server.port)}", _Names(), start)
    assert refused.value.kind == kind
    assert "secret" not in str(refused.value)
    assert server.connections == 1
    assert {path.partition("?")[0] for _, path in server.asked} == {"/to"}


def test_answer_that_changes_after_the_check_is_never_asked_for(server: _Server) -> None:
    # The check sees the public address; whoever resolved again for the connection would come to the server here.
    names = _Names([PUBLIC], ["127.0.0.1"])
    with watch_connections() as connections, pytest.raises(httpx.ConnectError):
        _get(f"http://feed.example:{server.port}/inner", names)
    assert connections == [PUBLIC]
    assert names.asked == ["feed.example"]
    assert server.connections == 0


def test_answer_that_changes_between_two_connections(server: _Server) -> None:
    names = _Names([PUBLIC], ["127.0.0.1"])

    async def get_twice() -> None:
        async with _open(names) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get(f"http://feed.example:{server.port}/inner")
            with pytest.raises(RefusedAddress):
                await client.get(f"http://feed.example:{server.port}/inner")

    with watch_connections() as connections:
        asyncio.run(get_twice())
    assert connections == [PUBLIC]
    assert names.asked == ["feed.example"] * 2
    assert server.connections == 0


def test_open_connection_is_used_again_for_its_own_name_only(server: _Server) -> None:
    names = _Names()

    async def get() -> None:
        async with _open(names, "one.example") as client:
            for _ in range(3):
                assert (await client.get(f"http://one.example:{server.port}/a")).status_code == 200
            with pytest.raises(RefusedAddress):
                await client.get(f"http://two.example:{server.port}/inner")

    asyncio.run(get())
    assert server.connections == 1
    assert names.asked == ["one.example", "two.example"]
    assert server.asked == [(f"one.example:{server.port}", "/a")] * 3


def test_all_addresses_are_checked_before_the_first_is_tried() -> None:
    with watch_connections() as connections, pytest.raises(httpx.ConnectError):
        _get("http://feed.example/", _Names([PUBLIC, "2606:2800:220:1::1", "64:ff9b::5db8:d822"]))
    assert connections == [PUBLIC, "2606:2800:220:1::1", "64:ff9b::5db8:d822"]


def test_next_address_is_tried_where_one_does_not_answer(server: _Server) -> None:
    answered = _get(f"http://one.example:{server.port}/", _Names([PUBLIC, "127.0.0.1"]), "one.example")
    assert answered.status_code == 200


@pytest.mark.parametrize("error", [socket.gaierror(-2, "no such name"), UnicodeError("label too long"), OSError("?")])
def test_name_that_is_not_known_is_a_failed_connection(error: Exception) -> None:
    class Silent(_Names):
        async def resolve(self, host: str, port: int) -> list[str]:
            raise error

    with pytest.raises(httpx.ConnectError, match=r"feed\.example"):
        _get("http://feed.example/", Silent())


def test_name_without_addresses_is_a_failed_connection() -> None:
    with pytest.raises(httpx.ConnectError, match="no address"):
        _get("http://feed.example/", _Names([]))


def test_silent_name_server_is_a_timeout() -> None:
    class Silent(_Names):
        async def resolve(self, host: str, port: int) -> list[str]:
            await asyncio.sleep(60)
            return []

    async def get() -> None:
        async with _open(Silent()) as client:
            await client.get("http://feed.example/", timeout=0.05)

    with pytest.raises(httpx.ConnectTimeout, match=r"feed\.example"):
        asyncio.run(get())


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("127.0.0.1:PORT", "127.0.0.1"),
        ("127.0.0.1:PORT", "127.0.0.1:PORT"),
        ("localhost:PORT", "localhost"),
        ("LocalHost:PORT", "localhost"),
        ("news.example:PORT", "News.Example"),
        ("intranet:PORT", "intranet:PORT"),
        ("2130706433:PORT", "2130706433"),  # odd, but named just so
    ],
)
def test_host_that_the_user_allows(host: str, allowed: str, server: _Server) -> None:
    url = f"http://{host.replace('PORT', server.port)}/a"
    assert _get(url, _Names(), allowed.replace("PORT", server.port)).status_code == 200


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("2130706433:PORT", "127.0.0.1"),
        ("127.1:PORT", "127.0.0.1"),
        ("127.0.0.1:PORT", "127.0.0.1:1"),
        ("[::1]:PORT", "127.0.0.1"),
        ("[0:0:0:0:0:0:0:1]:PORT", "[::1]"),
        ("one.example:PORT", "example"),
        ("one.example:PORT", "two.example"),
        ("one.two.example:PORT", "two.example"),
    ],
)
def test_allowing_one_host_allows_no_other(host: str, allowed: str, server: _Server) -> None:
    with watch_connections() as connections, pytest.raises(RefusedAddress):
        _get(f"http://{host.replace('PORT', server.port)}/a", _Names(), allowed)
    assert connections == []


def test_allowed_host_may_hold_no_credentials(server: _Server) -> None:
    with pytest.raises(RefusedAddress):
        _get(f"http://user:secret@localhost:{server.port}/", _Names(), "localhost")
    assert server.connections == 0


def test_proxy_of_the_environment_is_not_asked(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.port}")
    with pytest.raises(httpx.ConnectError), watch_connections() as connections:
        _get("http://feed.example/", _Names([PUBLIC]))
    assert connections == [PUBLIC]


def test_name_is_kept_for_the_certificate_while_the_connection_goes_to_the_address(tmp_path: Path) -> None:
    named: list[str | None] = []
    certificate = _make_certificate(tmp_path, "news.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _, name, __: named.append(name)
    tls = _Server()
    tls.socket = context.wrap_socket(tls.socket, server_side=True)
    threading.Thread(target=tls.serve_forever, args=(0.01,), daemon=True).start()
    names = _Names()

    async def get() -> None:
        trusted = ssl.create_default_context(cafile=str(certificate))
        async with _open(names, "news.example", "other.example", ssl_context=trusted) as client:
            assert (await client.get(f"https://news.example:{tls.port}/a")).status_code == 200
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await client.get(f"https://other.example:{tls.port}/a")

    try:
        with watch_connections() as connections:
            asyncio.run(get())
    finally:
        tls.shutdown()
        tls.server_close()
    assert connections == ["127.0.0.1", "127.0.0.1"]
    assert named == ["news.example", "other.example"]
    assert names.asked == ["news.example", "other.example"]
    assert tls.asked == [(f"news.example:{tls.port}", "/a")]


def test_http_2_is_spoken(tmp_path: Path) -> None:
    certificate = _make_certificate(tmp_path, "news.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2"])

    async def get() -> httpx.Response:
        trusted = ssl.create_default_context(cafile=str(certificate))
        started = await asyncio.start_server(_answer_http_2, "127.0.0.1", 0, ssl=context)
        async with started, _open(_Names(), "news.example", ssl_context=trusted) as client:
            return await client.get(f"https://news.example:{started.sockets[0].getsockname()[1]}/a")

    assert asyncio.run(get()).http_version == "HTTP/2"


async def _answer_http_2(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection = H2Connection(H2Configuration(client_side=False))
    connection.initiate_connection()
    while True:
        writer.write(connection.data_to_send())
        received = await reader.read(65_536)
        if not received:
            break
        for event in connection.receive_data(received):
            if isinstance(event, RequestReceived):
                connection.send_headers(event.stream_id, [(":status", "200")], end_stream=True)
    writer.close()


def _make_certificate(folder: Path, name: str) -> Path:
    """A file with a key and a certificate for `name` that signs itself."""
    x509 = pytest.importorskip("cryptography.x509", reason="cryptography makes the certificate")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@st.composite
def _write_ipv4(draw: st.DrawFn) -> str:
    """An address of this machine or of a private network in one of the notations that inet_aton reads."""
    block = draw(st.sampled_from([(127, 8), (10, 8), (0xC0A8, 16), (0xA9FE, 16)]))
    number = block[0] << (32 - block[1]) | draw(st.integers(0, 2 ** (32 - block[1]) - 1))
    parts = draw(st.integers(1, 4))
    octets = [number >> shift & 255 for shift in (24, 16, 8, 0)]
    rest = int.from_bytes(bytes(octets[parts - 1 :]))
    forms = [f"{{:{form}}}" for form in "dxo"]
    marks = {"{:d}": "", "{:x}": "0x", "{:o}": "0"}
    written = [draw(st.sampled_from(forms)) for _ in range(parts)]
    values = [*octets[: parts - 1], rest]
    return ".".join(marks[form] + form.format(value) for form, value in zip(written, values, strict=True))


@given(_write_ipv4())
def test_no_notation_of_a_private_address_passes(host: str) -> None:
    assert name_forbidden_network(socket.inet_ntoa(socket.inet_aton(host)))
    with pytest.raises(RefusedAddress):
        check_address(f"http://{host}/")


@given(st.ip_addresses())
def test_only_addresses_of_the_internet_pass(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if name_forbidden_network(str(address)) is None:
        translated = address in ipaddress.ip_network("64:ff9b::/96")
        assert translated or (address.is_global and not address.is_multicast)


@given(st.text())
@pytest.mark.parametrize("begin", ["", "http://", "http://news.example", "http://[", "//user:pw@"])
def test_any_text_is_an_address_or_refused(begin: str, rest: str) -> None:
    hide_credentials(begin + rest)
    try:
        fetched = check_address(begin + rest)
    except RefusedAddress:
        return
    assert httpx.URL(fetched).scheme in ("http", "https")
    assert httpx.URL(fetched).userinfo == b""
    assert check_address(fetched) == fetched


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@news.example/a", "https://news.example/a"),
        ("https://user@news.example/a", "https://news.example/a"),
        ("https://a:b@c:secret@news.example/a", "https://news.example/a"),
        ("//user:secret@news.example/a", "//news.example/a"),
        ("http:user:secret@news.example/a", "http:news.example/a"),
        ("http:\\\\user:secret@news.example/a", "http:\\\\news.example/a"),
        ("https://user:secr/et@news.example/a", "https://news.example/a"),  # a password with a stroke
        ("https://user:#secret@news.example/a", "https://news.example/a"),
        ("https://news.example/a?token=secret&page=2", "https://news.example/a?token=hidden&page=2"),
        ("https://news.example/a?page=2&API_KEY=secret#top", "https://news.example/a?page=2&API_KEY=hidden#top"),
        ("https://news.example/a?api%5Fkey=secret", "https://news.example/a?api%5Fkey=hidden"),
        ("https://news.example/a;jsessionid=secret?b=c", "https://news.example/a;jsessionid=hidden?b=c"),
        ("https://news.example/a#access_token=secret", "https://news.example/a#access_token=hidden"),
        ("https://news.example/a?u=http://b:secret@c.example/", "https://news.example/a?u=http://c.example/"),
        ("https://news.example/a?X-Amz-Signature=secret", "https://news.example/a?X-Amz-Signature=hidden"),
        # What is no secret stays.
        ("https://news.example/@reporter/a", "https://news.example/@reporter/a"),
        ("https://news.example:8080/@reporter", "https://news.example:8080/@reporter"),
        ("https://[2606:4700::1]/@reporter", "https://[2606:4700::1]/@reporter"),
        ("https://news.example//@reporter/a", "https://news.example//@reporter/a"),
        ("https://news.example/a?q=token&id=1", "https://news.example/a?q=token&id=1"),
        ("https://news.example/token=1/a", "https://news.example/token=1/a"),
        ("", ""),
    ],
)
def test_credentials_are_hidden(url: str, shown: str) -> None:
    assert hide_credentials(url) == shown


@pytest.mark.parametrize("size", [100_000])
@pytest.mark.parametrize("piece", ["a", ":", "@", "/", "http://", "a:", "?a", "&", "[", "\\", "a@", "?token="])
def test_long_text_is_hidden_in_linear_time(piece: str, size: int) -> None:
    hide_credentials(f"http://{piece * (size // len(piece))}")


def test_refusal_is_a_problem_that_tells_no_secret() -> None:
    with pytest.raises(RefusedAddress) as refused:
        check_address("http://user:secret@news.example/a?token=secret")
    problem = explain_refusal(refused.value)
    assert problem.code == "refused_address"
    assert problem.reference == "http://news.example/a?token=hidden"
    assert "secret" not in f"{refused.value} {refused.value!r} {problem}"
    with pytest.raises(RefusedAddress) as refused:
        check_address("http://192.168.1.1/a")
    assert "allow_hosts" in explain_refusal(refused.value).detail
    assert "192.168.1.1: a private network" in explain_refusal(refused.value).detail


@pytest.mark.parametrize("named", ["", "http://localhost", "localhost/", "user@localhost", "a b", "localhost:http"])
def test_what_is_no_host_can_not_be_allowed(named: str) -> None:
    with pytest.raises(ValueError, match="is no host"):
        read_allow_hosts([named])
