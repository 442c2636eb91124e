"""Signed C2PA manifests with a certificate of this machine's own: proof of what was said, not of
who said it.
"""

from __future__ import annotations

import json
import mmap
import os
from dataclasses import dataclass, field
from pathlib import Path

from .. import __version__
from .certificate import certificate, home

__all__ = ["Verdict", "certificate", "home", "sign", "verify"]

TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# IPTC's words for where pictures come from, and ours
SOURCES = {
    "trainedAlgorithmicMedia": "made by a machine",
    "compositeWithTrainedAlgorithmicMedia": "real material changed or joined by a machine",
    "humanEdits": "real footage, cut or converted, nothing in it generated",
}
LESSON = "org.synthetic-media-course.lesson"  # our own assertion: lesson and ingredients
STORE = b"jumdc2pa"  # how a C2PA manifest store begins, in whatever file it lies (ISO 19566-5)
INGREDIENT_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".wav": "audio/wav",
}


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
    """Copy `source` to `target` with a signed manifest that names the lesson and the ingredients
    (paths).

    synthetic: False for real footage that was only cut or converted; with ingredients, synthetic
    means a composite. Raises FileNotFoundError for an ingredient that is not there.
    """
    from c2pa import Builder, C2paSignerInfo, C2paSigningAlg, Signer

    ingredients = [Path(p) for p in ingredients]
    for p in ingredients:
        if not p.is_file():
            raise FileNotFoundError(f"the ingredient {p} is not there; name only files that exist.")
    chain, key, root = certificate()
    builder = Builder(_claim(lesson, title, ingredients, synthetic), _context(root))
    for p in ingredients:
        kind = INGREDIENT_TYPES.get(p.suffix.lower())
        if kind:
            with open(p, "rb") as f:
                builder.add_ingredient({"title": p.name, "relationship": "inputTo"}, kind, f)
    info = C2paSignerInfo(alg=C2paSigningAlg.ES256, sign_cert=chain, private_key=key, ta_url=None)
    builder.sign_file(str(source), str(target), Signer.from_info(info))


def _claim(lesson, title, ingredients, synthetic):
    """What is claimed, in C2PA's words."""
    if not synthetic:
        kind = "humanEdits"
    elif ingredients:
        kind = "compositeWithTrainedAlgorithmicMedia"
    else:
        kind = "trainedAlgorithmicMedia"
    made = {"action": "c2pa.created", "digitalSourceType": TYPES + kind}
    origin = {"lesson": lesson, "ingredients": [p.name for p in ingredients]}
    return {
        "claim_generator_info": [{"name": "synthetic-media-from-scratch", "version": __version__}],
        "title": title,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [made]}},
            {"label": LESSON, "data": origin},
        ],
    }


@dataclass
class Verdict:
    """What a file says of itself. state: 'own' (signed on this machine), 'other' (signed by
    somebody), 'broken', 'none'.
    """

    path: str
    state: str
    sentence: str
    lesson: str | None = None
    ingredients: list = field(default_factory=list)
    issuer: str | None = None
    problems: list = field(default_factory=list)

    def __str__(self):
        return self.sentence


def verify(path):
    """Check a file's marks -> Verdict; print it to read one sentence for a stranger. Never raises
    for a readable file.

    Raises TypeError for what is no path and FileNotFoundError where there is no file.
    """
    from c2pa import C2paError, Reader

    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"a file is given by its path, not by a {type(path).__name__}.")
    path = Path(path).expanduser()
    if path.is_dir():
        raise FileNotFoundError(f"{path} is a folder; give one file in it.")
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}.")
    _, _, root = certificate()
    try:
        data = json.loads(Reader(str(path), context=_context(root)).json())
    except C2paError as e:
        return _without_manifest(path, str(e))
    return _with_manifest(path, data)


def _without_manifest(path, error):
    """The verdict where c2pa found nothing to read: only a file that holds a manifest can have a
    broken one.
    """
    if _holds_manifest(path):
        sentence = f"{path.name} has a manifest that cannot be read: the file was altered or cut."
        return Verdict(str(path), "broken", sentence, problems=[error[:120]])
    if "ManifestNotFound" in error:
        what = f"{path.name} carries no manifest"
    elif "NotSupported" in error:
        what = f"{path.name} is of a kind that carries no manifest"
    else:
        what = f"{path.name} is damaged or no media file, and carries no manifest"
    return Verdict(str(path), "none", f"{what}: nothing can be said about how it was made.")


def _holds_manifest(path):
    if path.stat().st_size == 0:
        return False
    with open(path, "rb") as f, mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(STORE) >= 0


def _with_manifest(path, data):
    active = data["manifests"][data["active_manifest"]]
    lesson, names = _lesson(active)
    issuer = (active.get("signature_info") or {}).get("issuer")
    state = data.get("validation_state")
    problems = _failures(data.get("validation_results") or {})
    if state == "Invalid" or problems:
        standing = "broken"
        problems = problems or ["invalid"]
        sentence = f"{path.name} was altered after it was signed: do not believe its manifest."
    elif state == "Trusted":
        standing = "own"
        sentence = (
            f"{_origin(path, active, lesson, names)}. "
            "It is unchanged since it was signed on this machine with a test certificate."
        )
    else:
        standing = "other"
        sentence = (
            f"{_origin(path, active, lesson, names)}, says {issuer or 'an unknown signer'}. "
            "It is unchanged since, but nobody vouches for the signer."
        )
    return Verdict(str(path), standing, sentence, lesson, names, issuer, problems)


def _lesson(active):
    for a in active.get("assertions", []):
        if a["label"].startswith(LESSON):
            return a["data"].get("lesson"), a["data"].get("ingredients", [])
    return None, []


def _failures(results):
    """The codes of all that does not hold, in the file and in its ingredients; who signed is
    judged apart.
    """
    found = list((results.get("activeManifest") or {}).get("failure", []))
    for delta in results.get("ingredientDeltas") or []:
        found += delta["validationDeltas"].get("failure", [])
    return [x["code"] for x in found if x["code"] != "signingCredential.untrusted"]


def _origin(path, active, lesson, names):
    """How the file was made, as its manifest states it: the first half of the sentence."""
    stated = ""
    for a in active.get("assertions", []):
        if a["label"].startswith("c2pa.actions"):
            for action in a["data"].get("actions", []):
                stated = stated or action.get("digitalSourceType", "").rsplit("/", 1)[-1]
    text = f"{path.name} is {SOURCES.get(stated, 'of unstated origin')}"
    if lesson:
        text += f", in lesson {lesson}"
    if names:
        text += f", from {', '.join(names)}"
    return text
