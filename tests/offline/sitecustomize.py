"""With this folder on PYTHONPATH no Python process, Jupyter kernels included, reaches the net."""

import ipaddress
import socket

_connect, _connect_ex, _lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


def _local(address):
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = address[0]
    try:
        return host in ("", "localhost") or ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def connect(self, address):
    if not _local(address):
        raise ConnectionRefusedError(f"offline test: a lesson tried to reach {address}")
    return _connect(self, address)


def connect_ex(self, address):
    return _connect_ex(self, address) if _local(address) else 111


def lookup(host, *args, **kwargs):
    if host is not None and not _local((host.decode() if isinstance(host, bytes) else host,)):
        raise socket.gaierror(f"offline test: a lesson looked up {host}")
    return _lookup(host, *args, **kwargs)


socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo = connect, connect_ex, lookup
