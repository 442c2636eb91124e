"""The shipped networks: one manifest, bytes checked before they are used."""

import hashlib
import json

import numpy as np
import pytest

from course_lib import media, weights


def test_every_shipped_network_is_in_the_manifest_and_intact():
    files = {p.name for p in weights.FOLDER.glob("*.safetensors")}
    rows = weights.manifest()
    assert files == {row["file"] for row in rows.values()}
    for name, row in rows.items():
        assert hashlib.sha256(weights.path(name).read_bytes()).hexdigest() == row["sha256"]
        assert {"lesson", "recipe", "seconds", "bytes", "licence"} <= set(row)


def test_unknown_missing_and_altered_networks_get_a_sentence(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="choose from faces"):
        weights.path("nobody")
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    weights.path.cache_clear()
    with pytest.raises(FileNotFoundError, match="make checkpoints LESSON=03"):
        weights.path("faces")
    (tmp_path / "faces.safetensors").write_bytes(b"other bytes")
    with pytest.raises(OSError, match="not the file that was shipped"):
        weights.path("faces")
    weights.path.cache_clear()


def test_media_says_in_a_sentence_which_network_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    caches = (weights.path, media.faces.own_finder, media.hearing.own_listener)
    for cached in caches:
        cached.cache_clear()
    with pytest.raises(media.MediaError, match="make checkpoints LESSON=03"):
        media.find_faces(np.zeros((32, 32, 3), np.uint8), "course")
    (tmp_path / "phonemes.safetensors").write_bytes(b"other bytes")
    with pytest.raises(media.MediaError, match="not the file that was shipped"):
        media.hear(media.Sound(np.zeros(16000, np.float32), 16000))
    for cached in caches:
        cached.cache_clear()


def test_fetched_weights_lie_where_the_certificate_lies(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    assert weights.fetched() == tmp_path / "synthetic-media-course" / "weights" / "hub"


def test_a_network_that_was_trained_again_is_entered(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    monkeypatch.setattr(weights, "MANIFEST", tmp_path / "manifest.json")
    old = dict(
        file="net.safetensors",
        lesson="03_x",
        recipe={},
        seconds=1,
        sha256="",
        bytes=0,
        licence="MIT",
    )
    weights.MANIFEST.write_text(json.dumps(dict(net=old)), encoding="utf-8")
    (tmp_path / "net.safetensors").write_bytes(b"new")
    weights.register("net", 12.4, steps=3)
    row = weights.manifest()["net"]
    assert row["recipe"] == {"steps": 3} and row["seconds"] == 12 and row["bytes"] == 3
    assert weights.path("net").read_bytes() == b"new"
