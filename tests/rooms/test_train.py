"""Training helpers: exact resume after kill -9, atomic checkpoints, two processes equal one."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest
import torch

from course_lib import train

RUN = textwrap.dedent("""
    import sys, time, torch
    from course_lib import train
    torch.manual_seed(0)
    model = torch.nn.Linear(4, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in train.steps(60, resume=sys.argv[1], save_every=5, model=model, optimizer=optimizer):
        x = torch.randn(8, 4)
        loss = (model(x) - x.sum(1, keepdim=True)).square().mean()
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        print(step, f"{loss.item():.9f}", flush=True)
        time.sleep(float(sys.argv[2]))
""")


def losses(text):
    return dict(
        line.split() for line in text.splitlines() if line[:1].isdigit() and len(line.split()) == 2
    )


def test_a_killed_run_goes_on_exactly(tmp_path):
    env = dict(os.environ, COURSE_QUIET="1")
    whole = subprocess.run(
        [sys.executable, "-c", RUN, tmp_path / "whole.safetensors", "0"],
        capture_output=True,
        text=True,
        env=env,
        check=True,
    ).stdout
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, tmp_path / "killed.safetensors", "0.03"],
        stdout=subprocess.PIPE,
        text=True,
        env=env,
    )
    for line in process.stdout:
        if line.startswith("23 "):
            process.send_signal(signal.SIGKILL)
            break
    process.wait()
    rest = subprocess.run(
        [sys.executable, "-c", RUN, tmp_path / "killed.safetensors", "0"],
        capture_output=True,
        text=True,
        env=env,
        check=True,
    ).stdout
    a, b = losses(whole), losses(rest)
    assert 10 <= min(map(int, b)) <= 25 and max(map(int, b)) == 59
    assert all(a[k] == v for k, v in b.items())


def test_checkpoints_refuse_what_is_not_theirs(tmp_path):
    path = tmp_path / "a.safetensors"
    train.save(path, 3, model=torch.nn.Linear(2, 2), note="hello", numbers=[1, (2.5, None)])
    step, values = train.load(path, model=torch.nn.Linear(2, 2))
    assert step == 3 and values["note"] == "hello" and values["numbers"] == [1, (2.5, None)]
    with pytest.raises(ValueError, match="another model"):
        train.load(path, model=torch.nn.Linear(3, 2))
    with pytest.raises(ValueError, match="no 'critic'"):
        train.load(path, critic=torch.nn.Linear(2, 2))
    path.write_bytes(b"nonsense")
    with pytest.raises(ValueError, match="damaged"):
        train.load(path)
    assert train.load(tmp_path / "none.safetensors", model=torch.nn.Linear(2, 2)) == (0, {})


def test_steps(capsys, tmp_path):
    shown = []
    assert list(
        train.steps(20, preview=lambda: shown.append(1), every=10, note=lambda: "loss 1")
    ) == list(range(20))
    assert len(shown) == 3 and "20/20" in capsys.readouterr().out
    for bad in (0, 2.5):
        with pytest.raises(ValueError, match="whole number"):
            next(train.steps(bad))
    with pytest.raises(ValueError, match="resume="):
        next(train.steps(5, model=torch.nn.Linear(1, 1)))


def test_scale_and_device(monkeypatch):
    monkeypatch.setenv("COURSE_SCALE", "gpu")
    assert train.scale(size=(64, 256)).size == 256
    monkeypatch.setenv("COURSE_SCALE", "cpu")
    assert train.scale(size=(64, 256)).size == 64
    with pytest.raises(ValueError, match="pair"):
        train.scale(size=64)
    monkeypatch.setenv("COURSE_SCALE", "big")
    with pytest.raises(ValueError, match="cpu or gpu"):
        train.scale()
    with pytest.raises(ValueError, match="cannot be used"):
        train.pick_device("cuda:99" if not torch.cuda.is_available() else "abacus")
    with train.threads(1):
        assert torch.get_num_threads() == 1


TWO = textwrap.dedent("""
    import os, sys, torch
    from course_lib import train
    devices = int(sys.argv[1])
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(6, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model, optimizer, run = train.setup(model, optimizer, devices=devices, strategy=sys.argv[2])
    data = torch.randn(40, 16, 6, generator=torch.Generator().manual_seed(1))
    for x in data:
        part = run.share(x)
        loss = (model(part) - part.prod(1, keepdim=True).tanh()).square().mean()
        optimizer.zero_grad(); run.backward(loss); optimizer.step()
        mean = run.reduce(loss)
        if run.first:
            print("loss", f"{float(mean):.6f}", flush=True)
""")


def test_two_processes_give_the_losses_of_one(tmp_path):
    script = tmp_path / "run.py"
    script.write_text(TWO)
    env = dict(os.environ, OMP_NUM_THREADS="1", CUDA_VISIBLE_DEVICES="")
    out = []
    for settings in (("1", "auto"), ("2", "auto"), ("2", "ddp")):
        done = subprocess.run(
            [sys.executable, script, *settings],
            capture_output=True,
            text=True,
            env=env,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        out.append(
            [float(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("loss")]
        )
    assert len(out[0]) == 40
    for several in out[1:]:
        assert several == pytest.approx(out[0], abs=2e-5)
