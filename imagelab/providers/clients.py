"""The HTTP clients: what they trust, and how many connections they make and keep."""

from __future__ import annotations

import functools
import http.cookiejar
import ssl
import urllib.request

import httpx

from imagelab.providers.direct import DirectTransport

IN_FLIGHT = 64  # paying calls at once
CONNECTIONS = 32  # of another client; httpx takes ever longer to choose among more kept ones
IDLE_S = 5.0  # how long an unused connection is kept


def client(
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    verify: ssl.SSLContext | bool = True,
    limits: httpx.Limits | None = None,
    trust_env: bool = False,
) -> httpx.AsyncClient:
    """One that keeps no cookie, follows no redirect, and asks no proxy unless it may `trust_env`."""
    no_cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    return httpx.AsyncClient(
        transport=transport,
        verify=verify,
        limits=limits or httpx.Limits(max_connections=CONNECTIONS),
        trust_env=trust_env,
        cookies=no_cookies,
        headers={"user-agent": "imagelab"},
        follow_redirects=False,
    )


def paying_client(context: ssl.SSLContext, *, loopback: bool, direct: bool) -> httpx.AsyncClient:
    """The client for what is paid for: a new connection for each request, through no pool.

    Over a `DirectTransport`, unless there is a proxy on the way or `direct` is False.
    """
    # As httpx finds the proxies of the environment.
    proxied = not loopback and {"http", "https", "all"} & urllib.request.getproxies().keys()
    if direct and not proxied:
        return client(transport=DirectTransport(context, at_once=IN_FLIGHT))
    fresh = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=0)
    return client(verify=context, limits=fresh, trust_env=not loopback)


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Whom we trust: what httpx does, `SSL_CERT_FILE` and `SSL_CERT_DIR` included."""
    # Reading the certificates takes 20 ms; every client shares the one context.
    return httpx.create_ssl_context()
