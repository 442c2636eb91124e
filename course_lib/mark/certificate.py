"""A certificate of this machine's own, made on first use: it proves that a file is unchanged, not
who made it.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ISSUER = "Synthetic Media from Scratch (test certificate, not trusted)"
ROOT_DAYS, SIGNER_DAYS = 3650, 365
CLOCK_SKEW = datetime.timedelta(minutes=5)  # a verifier whose clock runs late still accepts it
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def home():
    """The one folder in which the course keeps what outlasts a session: the test certificate and
    fetched weights.

    It is `synthetic-media-course` in the folder that the environment variable COURSE_HOME names;
    without it in XDG_CACHE_HOME; without that in `.cache` of the user's home folder. Nothing is
    made here by asking.
    """
    base = os.environ.get("COURSE_HOME") or os.environ.get("XDG_CACHE_HOME")
    return Path(base or Path.home() / ".cache") / "synthetic-media-course"


def certificate():
    """The PEM chain (signer, root), the signer's key and the root, made on first use and again
    when they are about to expire.

    Raises RuntimeError where they cannot be kept.
    """
    folder = home()
    chain, key, root = (folder / f"{name}.pem" for name in ("chain", "key", "root"))
    if not (chain.exists() and key.exists() and root.exists() and _fresh(chain)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _make(chain, key, root)
        except OSError as e:
            raise RuntimeError(
                f"the test certificate cannot be kept in {folder} ({e}); "
                "set COURSE_HOME to a folder you may write to."
            ) from e
    return chain.read_bytes(), key.read_bytes(), root.read_bytes()


def _fresh(chain):
    signer = x509.load_pem_x509_certificates(chain.read_bytes())[0]
    left = signer.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    return left > datetime.timedelta(days=1)


def _make(chain_path, key_path, root_path):
    """Two new key pairs: a root that signs itself and is then forgotten, and the signer it
    vouches for.
    """
    root_key, signer_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _pem(_root(root_key).sign(root_key, hashes.SHA256()))
    signer = _pem(_signer(signer_key, root_key).sign(root_key, hashes.SHA256()))
    secret = signer_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _keep(key_path, secret, 0o600)
    _keep(root_path, root, 0o644)
    _keep(chain_path, signer + root, 0o644)


def _root(root_key):
    return (
        _unsigned("Course test root", root_key, root_key, ROOT_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    )


def _signer(signer_key, root_key):
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])  # C2PA asks for one
    return (
        _unsigned("Course test signer", signer_key, root_key, SIGNER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature"), critical=True)
        .add_extension(purpose, critical=False)
    )


def _unsigned(common, key, root_key, days):
    now = datetime.datetime.now(datetime.UTC) - CLOCK_SKEW
    public = key.public_key()
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common))
        .issuer_name(_name("Course test root"))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(above, critical=False)
    )


def _name(common):
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ISSUER),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*allowed):
    return x509.KeyUsage(**{usage: usage in allowed for usage in USAGES})


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def _keep(path, data, mode):
    """Write beside and rename, so that another process never reads half a key."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)  # Windows has it
    with open(os.open(temporary, flags, mode), "wb") as f:
        f.write(data)
    os.replace(temporary, path)
