"""Lesson 09's loop in two processes on the CPU, through Lightning Fabric: COURSE_DEVICES=2."""

import json
import os
import subprocess
import sys
import textwrap

import pytest
from support import ROOT

SCRIPT = textwrap.dedent("""
    import json, sys
    import numpy as np
    import torch
    from course_lib import train
    from course_lib.taught.swap import deepfakes

    folder = sys.argv[1]
    torch.manual_seed(0)
    model = deepfakes.DF(16, 2, 8)
    rng = np.random.default_rng(0)
    crops = {who: rng.integers(0, 256, (6, 20, 20, 4), np.uint8) for who in "AB"}
    mean = rng.uniform(0.3, 0.7, (68, 2)).astype(np.float32)

    # One gradient, each process with its half of a batch, against the whole batch in one process.
    data = {k: torch.from_numpy(v).permute(0, 3, 1, 2) for k, v in crops.items()}
    pairs = deepfakes.draw_pairs(data, torch.Generator().manual_seed(1), 4, 16)
    weight = deepfakes.emphasis(mean, 16)

    def both(pairs):
        return sum(deepfakes.face_loss(model(p, w), t, weight) for w, (p, t) in pairs.items())

    whole = torch.autograd.grad(both(pairs), list(model.parameters()))
    model, _, run = train.setup(model)
    mine = {who: tuple(run.share(x) for x in pair) for who, pair in pairs.items()}
    run.backward(both(mine))
    error = max((p.grad - g).abs().max().item() for p, g in zip(model.parameters(), whole))
    model.zero_grad()

    losses = deepfakes.fit(
        model, crops, mean, 4, batch=2, size=16, resume=f"{folder}/run.safetensors", save_every=2
    )
    weights = torch.cat([p.detach().flatten() for p in model.parameters()])
    spread = (weights - run.reduce(weights)).abs().max().item()
    report = dict(rank=run.rank, world=run.world, losses=losses, error=error, spread=spread)
    with open(f"{folder}/{run.rank}.json", "w") as f:
        json.dump(report, f)
""")


def test_two_processes_train_lesson_09(tmp_path):
    pytest.importorskip("lightning", reason="several processes need Lightning (extra: scale)")
    script = tmp_path / "lesson.py"
    script.write_text(SCRIPT)
    settings = dict(COURSE_DEVICE="cpu", COURSE_DEVICES="2", OMP_NUM_THREADS="1")
    done = subprocess.run(
        [sys.executable, script, tmp_path],
        capture_output=True,
        text=True,
        env=os.environ | settings | dict(PYTHONPATH=str(ROOT)),
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    reports = [json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1)]
    assert [r["rank"] for r in reports] == [0, 1] and reports[0]["world"] == 2
    for r in reports:
        assert r["error"] < 1e-6
        assert r["spread"] == 0
        assert len(r["losses"]) == 4 and all(0 < v < 100 for v in r["losses"])
    assert reports[0]["losses"] == reports[1]["losses"]
    assert done.stdout.count("4/4") == 1
    assert [p.name for p in tmp_path.glob("*.safetensors*")] == ["run.safetensors"]
