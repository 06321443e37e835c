"""Which names and addresses this machine answers to, when nobody says otherwise."""

import socket

import psutil

ALWAYS = ["localhost", "127.0.0.1", "[::1]"]


def own_hosts() -> list[str]:
    """Return this machine's names and addresses, so that a phone on the same network may connect.

    A list of known addresses instead of "*", because a page of a stranger could otherwise
    point a name of its own at this server (DNS rebinding).
    """
    name = socket.gethostname().lower()
    names = [name, f"{name.split('.')[0]}.local"]
    addresses: list[str] = []
    for interface in psutil.net_if_addrs().values():
        for address in interface:
            if address.family == socket.AF_INET:
                addresses.append(address.address)
            elif address.family == socket.AF_INET6:
                addresses.append(f"[{address.address.split('%')[0]}]")
    return list(dict.fromkeys([*ALWAYS, *names, *addresses]))
