"""Signed C2PA manifests with a certificate of this machine's own: proof of what was said, not of who said it."""

from __future__ import annotations

import datetime
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from .. import __version__

ISSUER = "Synthetic Media from Scratch (test certificate, not trusted)"
TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# IPTC's words for where pictures come from, and ours
SOURCES = {
    "trainedAlgorithmicMedia": "made by a machine",
    "compositeWithTrainedAlgorithmicMedia": "real material changed or joined by a machine",
    "humanEdits": "real footage, cut or converted, nothing in it generated",
}


def home():
    """Where this user's test certificate lies: COURSE_HOME, or a folder in the user's cache."""
    base = (
        os.environ.get("COURSE_HOME") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    )
    return Path(base) / "synthetic-media-course"


def certificate():
    """The PEM chain (leaf, root) and key, made on first use and again when they are about to expire."""
    folder = home()
    chain, key, root = folder / "chain.pem", folder / "key.pem", folder / "root.pem"
    if not (chain.exists() and key.exists() and root.exists() and _fresh(chain)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _make(chain, key, root)
        except OSError as e:
            raise RuntimeError(
                f"the test certificate cannot be kept in {folder} ({e}); set COURSE_HOME to a folder you may write to."
            ) from e
    return chain.read_bytes(), key.read_bytes(), root.read_bytes()


def _fresh(chain):
    from cryptography import x509

    leaf = x509.load_pem_x509_certificates(chain.read_bytes())[0]
    return leaf.not_valid_after_utc - datetime.datetime.now(datetime.UTC) > datetime.timedelta(
        days=1
    )


def _make(chain, key_path, root_path):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def name(common):
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, ISSUER),
                x509.NameAttribute(NameOID.COMMON_NAME, common),
            ]
        )

    def usage(**on):
        flags = (
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
        return x509.KeyUsage(**{f: on.get(f, False) for f in flags})

    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=5)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    certificates = []
    for k, (common, ca) in enumerate((("Course test root", True), ("Course test signer", False))):
        b = (
            x509.CertificateBuilder()
            .subject_name(name(common))
            .issuer_name(name("Course test root"))
            .public_key(keys[k].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + datetime.timedelta(days=3650 if ca else 365))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                usage(key_cert_sign=True, crl_sign=True) if ca else usage(digital_signature=True),
                critical=True,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(keys[k].public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key()),
                critical=False,
            )
        )
        if not ca:
            b = b.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
            )
        certificates.append(b.sign(keys[0], hashes.SHA256()))
    root, leaf = (c.public_bytes(serialization.Encoding.PEM) for c in certificates)
    secret = keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for path, data, mode in (
        (key_path, secret, 0o600),
        (root_path, root, 0o644),
        (chain, leaf + root, 0o644),
    ):
        temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as f:
            f.write(data)
        os.replace(temporary, path)


def _context(root_pem):
    from c2pa import Context, Settings

    return Context(
        Settings.from_dict(
            {
                "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
                "builder": {"thumbnail": {"enabled": False}},
                "trust": {"trust_anchors": root_pem.decode()},
            }
        )
    )


def sign(source, target, lesson, title, ingredients=(), synthetic=True):
    """Copy `source` to `target` with a signed manifest that names the lesson and the ingredients (paths).

    synthetic: False for real footage that was only cut or converted; with ingredients, synthetic means a composite.
    """
    from c2pa import Builder, C2paSignerInfo, C2paSigningAlg, Signer

    chain, key, root = certificate()
    kind = (
        "humanEdits"
        if not synthetic
        else "compositeWithTrainedAlgorithmicMedia"
        if ingredients
        else "trainedAlgorithmicMedia"
    )
    missing = [str(p) for p in ingredients if not Path(p).is_file()]
    if missing:
        raise FileNotFoundError(
            f"the ingredient {missing[0]} is not there; name only files that exist."
        )
    manifest = {
        "claim_generator_info": [{"name": "synthetic-media-from-scratch", "version": __version__}],
        "title": title,
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {
                    "actions": [{"action": "c2pa.created", "digitalSourceType": TYPES + kind}]
                },
            },
            {
                "label": "org.synthetic-media-course.lesson",
                "data": {"lesson": lesson, "ingredients": [Path(p).name for p in ingredients]},
            },
        ],
    }
    builder = Builder(manifest, _context(root))
    for p in ingredients:
        form = {
            ".jpg": "image/jpeg",
            ".jpeg": "image/jpeg",
            ".png": "image/png",
            ".mp4": "video/mp4",
            ".mov": "video/quicktime",
            ".wav": "audio/wav",
        }.get(Path(p).suffix.lower())
        if form:
            with open(p, "rb") as f:
                builder.add_ingredient({"title": Path(p).name, "relationship": "inputTo"}, form, f)
    info = C2paSignerInfo(alg=C2paSigningAlg.ES256, sign_cert=chain, private_key=key, ta_url=None)
    builder.sign_file(str(source), str(target), Signer.from_info(info))


@dataclass
class Verdict:
    """What a file says of itself. state: 'own' (signed on this machine), 'other' (signed by somebody), 'broken', 'none'."""

    path: str
    state: str
    sentence: str
    lesson: str | None = None
    ingredients: list = field(default_factory=list)
    issuer: str | None = None
    problems: list = field(default_factory=list)

    def __str__(self):
        return self.sentence


def _failures(manifest_results):
    bad = [x["code"] for x in (manifest_results.get("activeManifest") or {}).get("failure", [])]
    for d in manifest_results.get("ingredientDeltas") or []:
        bad += [x["code"] for x in d["validationDeltas"].get("failure", [])]
    return bad


def verify(path):
    """Check a file's marks -> Verdict; print it to read one sentence for a stranger. Never raises for a readable file."""
    from c2pa import C2paError, Reader

    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}.")
    _, _, root = certificate()
    try:
        data = json.loads(Reader(str(path), context=_context(root)).json())
    except C2paError as e:
        if (
            "ManifestNotFound" in type(e).__name__
            or "no JUMBF" in str(e)
            or "ManifestNotFound" in str(e)
        ):
            return Verdict(
                str(path),
                "none",
                f"{path.name} carries no manifest: nothing can be said about how it was made.",
            )
        return Verdict(
            str(path),
            "broken",
            f"{path.name} has a manifest that cannot be read: the file was altered or cut.",
            problems=[str(e)[:120]],
        )
    active = data["manifests"][data["active_manifest"]]
    issuer = (active.get("signature_info") or {}).get("issuer")
    lesson, names = None, []
    for a in active.get("assertions", []):
        if a["label"].startswith("org.synthetic-media-course.lesson"):
            lesson, names = a["data"].get("lesson"), a["data"].get("ingredients", [])
    bad = [
        c
        for c in _failures(data.get("validation_results") or {})
        if c != "signingCredential.untrusted"
    ]
    state = data.get("validation_state")
    if state == "Invalid" or bad:
        return Verdict(
            str(path),
            "broken",
            f"{path.name} was altered after it was signed: do not believe its manifest.",
            lesson,
            names,
            issuer,
            bad or ["invalid"],
        )
    actions = [
        x
        for a in active.get("assertions", [])
        if a["label"].startswith("c2pa.actions")
        for x in a["data"].get("actions", [])
    ]
    stated = next(
        (x["digitalSourceType"].rsplit("/", 1)[1] for x in actions if "digitalSourceType" in x), ""
    )
    kind = SOURCES.get(stated, "of unstated origin")
    what = (
        f"{path.name} is {kind}"
        + (f", in lesson {lesson}" if lesson else "")
        + (f", from {', '.join(names)}" if names else "")
    )
    if state == "Trusted":
        return Verdict(
            str(path),
            "own",
            f"{what}. It is unchanged since it was signed on this machine with a test certificate.",
            lesson,
            names,
            issuer,
        )
    return Verdict(
        str(path),
        "other",
        f"{what}, says {issuer or 'an unknown signer'}. It is unchanged since, but nobody vouches for the signer.",
        lesson,
        names,
        issuer,
    )
