"""The table of addresses that may and may not be spoken to."""

import pytest

from crawlers.politeness.guard import Guard, is_public

DENIED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.0.0.2 127.1.1.1
127.255.255.255 169.254.0.1 169.254.169.254 172.16.0.1 172.20.10.5 172.31.255.255 192.0.0.1
192.0.0.8 192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.168.255.255
192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1
255.255.255.255 168.63.129.16 :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1
::ffff:169.254.169.254 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::10.1.2.3 64:ff9b::c0a8:1
64:ff9b:1::8.8.8.8 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1::f7f7:f7f7 2001:0:808:808::80ff:fffe
2001:0:808:808:0:0:f5ff:fffe 2001:1::1 2001:2::1 2001:3::1 2001:4:112::1 2001:10::1 2001:20::1
2001:db8::1 2002:7f00:1:: 2002:a00:1::1 2002:c0a8:101:: 2002:a9fe:a9fe:: 2620:4f:8000::1 3fff::1
5f00::1 4000::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
2606:4700::5efe:10.0.0.1 2606:4700::200:5efe:127.0.0.1
localhost example.org 127.1 0x7f.1 2130706433 0177.0.0.1 1.2.3 1.2.3.4.5 [::1] nothing
""".split()  # noqa: SIM905 - a table reads better
PERMITTED = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255
128.0.0.0 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255
192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 2606:4700:4700::1111 2a00:1450:4001::200e
2001:4860:4860::8888 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1 2800:3f0:4001::1
""".split()  # noqa: SIM905 - a table reads better


@pytest.mark.parametrize("address", DENIED)
def test_private_and_special_addresses_are_denied(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PERMITTED)
def test_public_addresses_are_permitted(address: str) -> None:
    assert is_public(address)


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(set(DENIED)) + len(set(PERMITTED)) >= 100


def test_only_the_exact_pair_of_host_and_port_is_allowed() -> None:
    guard = Guard(["127.0.0.1:8080", "forum.intranet:80", "[::1]:9000"])
    assert guard.permits("127.0.0.1", 8080, "127.0.0.1")
    assert guard.permits("forum.intranet", 80, "10.1.2.3")
    assert guard.permits("FORUM.intranet", 80, "10.1.2.3")
    assert guard.permits("::1", 9000, "::1")
    assert not guard.permits("127.0.0.1", 8081, "127.0.0.1")
    assert not guard.permits("evil.example", 8080, "127.0.0.1")
    assert not guard.permits("forum.intranet", 8080, "10.1.2.3")
