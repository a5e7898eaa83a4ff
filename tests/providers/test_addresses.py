from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.providers.addresses import allowed, is_loopback


@pytest.mark.parametrize("number", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450::1"])
def test_a_public_number_is_allowed(number: str) -> None:
    assert allowed(number, loopback=False)


@pytest.mark.parametrize("text", ["", "localhost", "fe80::1%eth0", "127.1", "1.2.3.4.5", "::g"])
def test_what_is_no_number_is_not_allowed(text: str) -> None:
    assert not allowed(text, loopback=False)


@given(st.ip_addresses(v=4))
@settings(deadline=None)
def test_an_ipv4_address_in_ipv6_clothes_is_never_allowed(number: object) -> None:
    assert not allowed(f"::ffff:{number}", loopback=False)
    assert not allowed(f"64:ff9b::{number}", loopback=False)


@given(st.ip_addresses())
@settings(deadline=None)
def test_what_is_allowed_is_public_unicast(number: object) -> None:
    mine = is_loopback(str(number))

    assert not (mine and allowed(str(number), loopback=False))
    assert allowed(str(number), loopback=True) is (mine or allowed(str(number), loopback=False))
