"""Training helpers: exact resume after kill -9, atomic checkpoints, two processes equal one."""

import base64
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from course_lib import train
from course_lib.train import loop, processes

RUN = textwrap.dedent("""
    import sys, time, numpy, torch
    from course_lib import train
    torch.manual_seed(0)
    model = torch.nn.Linear(4, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    model, optimizer, run = train.setup(model, optimizer)
    sources = dict(pick=run.generator(3), roll=numpy.random.default_rng(4))
    parts = dict(model=model, optimizer=optimizer, **sources)
    for step in train.steps(60, resume=sys.argv[1], save_every=5, **parts):
        x = torch.randn(8, 4) + torch.rand(8, 1, generator=parts["pick"]) + parts["roll"].random()
        loss = (model(x) - x.sum(1, keepdim=True)).square().mean()
        optimizer.zero_grad()
        run.backward(loss)
        optimizer.step()
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


def test_steps(capsys):
    shown = []
    assert list(
        train.steps(20, preview=lambda: shown.append(1), every=10, note=lambda: "loss 1")
    ) == list(range(20))
    assert len(shown) == 3 and "20/20" in capsys.readouterr().out
    for bad in (0, 2.5):
        with pytest.raises(ValueError, match="whole number"):
            next(train.steps(bad))
    with pytest.raises(ValueError, match="titel='x' is none of these"):
        next(train.steps(5, titel="x"))
    assert list(train.steps(2, resume=None, model=torch.nn.Linear(1, 1))) == [0, 1]


def test_the_line_in_a_notebook_is_one_small_output_with_a_described_preview(monkeypatch):
    pages = []
    handle = SimpleNamespace(update=pages.append)
    monkeypatch.setattr(loop, "in_notebook", bool_true)
    monkeypatch.setattr("IPython.display.display", lambda page, **_: pages.append(page) or handle)
    noise = np.random.default_rng(0).integers(0, 255, (900, 1600, 3), np.uint8)
    list(train.steps(3, "<swap>", preview=lambda: noise, every=1))
    assert len(pages) == 3
    last = pages[-1].data
    assert 'alt="&lt;swap&gt;: preview after 3 steps"' in last and "<swap>" not in last
    picture = Image.open(io.BytesIO(base64.b64decode(last.split("base64,")[1].split('"')[0])))
    assert max(picture.size) == loop.WIDEST
    assert loop.clock(59.6) == "1:00" and loop.clock(3671) == "1:01:11"


def bool_true():
    return True


def test_settings_follow_the_column_and_the_seed(monkeypatch):
    monkeypatch.setenv("COURSE_SCALE", "gpu")
    assert train.scale(size=(64, 256)).size == 256
    monkeypatch.setenv("COURSE_SCALE", "cpu")
    assert train.scale(size=(64, 256)).size == 64
    assert train.scale().seed == 0
    monkeypatch.setenv("COURSE_SEED", "2")
    assert train.scale().seed == 2
    for bad in ("two", "1.5", "-1"):
        monkeypatch.setenv("COURSE_SEED", bad)
        with pytest.raises(ValueError, match=f"COURSE_SEED must be a whole number .*'{bad}'"):
            train.scale()
    monkeypatch.delenv("COURSE_SEED")
    with pytest.raises(ValueError, match="pair"):
        train.scale(size=64)
    monkeypatch.setenv("COURSE_SCALE", "big")
    with pytest.raises(ValueError, match="cpu or gpu"):
        train.scale()


def test_the_device_is_the_best_one_here(monkeypatch):
    monkeypatch.delenv("COURSE_SCALE", raising=False)
    monkeypatch.delenv("COURSE_DEVICE", raising=False)
    for cuda, mps, device, column in (
        (True, True, "cuda", "gpu"),
        (False, True, "mps", "cpu"),
        (False, False, "cpu", "cpu"),
    ):
        monkeypatch.setattr(torch.cuda, "is_available", [False, True][cuda].__bool__)
        monkeypatch.setattr(torch.cuda, "device_count", int(cuda).__int__)
        monkeypatch.setattr(torch.backends.mps, "is_available", [False, True][mps].__bool__)
        assert train.pick_device().type == device
        assert train.scale().name == column
        monkeypatch.setenv("COURSE_DEVICE", "meta")
        assert train.pick_device().type == "meta"
        monkeypatch.delenv("COURSE_DEVICE")
    for bad in ("cuda:0", "mps", "abacus", "xpu"):
        with pytest.raises(ValueError, match=f"device '{bad}' cannot be used.*Use 'cpu'"):
            train.pick_device(bad)


def test_threads():
    before = torch.get_num_threads()
    with train.threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before


def two_nets():
    torch.manual_seed(0)
    nets = (torch.nn.Linear(3, 4), torch.nn.Linear(4, 1))
    return nets, tuple(torch.optim.SGD(net.parameters(), lr=0.1) for net in nets)


def test_setup_keeps_the_shape_of_what_it_is_given(monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    nets, optimizers = two_nets()
    moved, prepared, run = train.setup(nets, optimizers)
    assert moved == nets and prepared == optimizers and run.device.type == "cpu"
    model, nothing, run = train.setup(nets[0])
    assert model is nets[0] and nothing is None
    assert run.first and run.share(range(5)) == range(5)
    loss = model(torch.ones(2, 3)).sum()
    mean = run.reduce(loss)
    assert mean == loss and not mean.requires_grad
    drawn = torch.rand(4, generator=run.generator(7))
    assert torch.equal(drawn, torch.rand(4, generator=torch.Generator().manual_seed(7)))


def test_on_meta_the_optimizer_follows_the_model(monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "meta")
    (a, b), optimizers, run = train.setup(*two_nets())
    held = [p for o in optimizers for group in o.param_groups for p in group["params"]]
    assert {id(p) for p in held} == {id(p) for p in [*a.parameters(), *b.parameters()]}
    assert run.generator(0).device.type == "cpu"
    run.backward(b(a(torch.ones(2, 3, device="meta"))).sum())
    for optimizer in optimizers:
        optimizer.step()
    with pytest.raises(RuntimeError, match="meta"):
        a(torch.ones(2, 3))


def test_several_processes_are_refused_with_a_sentence(monkeypatch):
    net = torch.nn.Linear(1, 1)
    for bad in ("0", "both"):
        monkeypatch.setenv("COURSE_DEVICES", bad)
        with pytest.raises(ValueError, match="COURSE_DEVICES must be a whole number of 1 or more"):
            train.setup(net)
    monkeypatch.setenv("COURSE_DEVICES", "2")
    monkeypatch.setattr("course_lib.train.run.in_notebook", bool_true)
    with pytest.raises(RuntimeError, match="a notebook is one process"):
        train.setup(net)


TWO = textwrap.dedent("""
    import json, os, sys, torch
    from course_lib import train

    class Twice(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.idle = (torch.nn.Linear(6, 1) for _ in range(3))
        def forward(self, x):
            return self.a(x)
        def other(self, x):
            return self.b(x).tanh()

    def losses(strategy, folder):
        torch.manual_seed(0)
        model = Twice()
        if strategy == "ddp":
            model.b, model.idle = model.a, None             # DDP wants every parameter used
        torch.manual_seed(int(os.environ.get("LOCAL_RANK", 0)))
        optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
        model, optimizer, run = train.setup(model, optimizer, strategy=strategy, methods=("other",))
        data = torch.randn(20, 16, 6, generator=torch.Generator().manual_seed(1))
        out, generator = [], run.generator(5)
        drawn = []
        parts = dict(model=model, optimizer=optimizer, generator=generator)
        path = f"{folder}/{strategy}.safetensors"
        for step in train.steps(20, "course", resume=path, save_every=10, **parts):
            part = run.share(data[step])
            drawn.append(float(torch.rand(1, generator=generator)))
            call = model.other if step % 2 else model       # what is used changes from step to step
            loss = (call(part) - part.prod(1, keepdim=True).tanh()).square().mean()
            optimizer.zero_grad()
            run.backward(loss)
            optimizer.step()
            out.append(float(run.reduce(loss)))
        follow = torch.rand(1, generator=generator).item()
        start, _ = train.load(path, generator=generator)
        again = torch.rand(1, generator=generator).item()
        weights = torch.cat([p.detach().flatten() for p in model.parameters()])
        spread = (weights - run.reduce(weights)).abs().max().item()
        everyone = dict(rank=run.rank, drawn=drawn, spread=spread, resumed=[start, follow == again])
        text = json.dumps(dict(everyone, losses=out))
        with open(f"{folder}/{strategy}.{run.rank}.json", "w") as f:
            f.write(text)

    for strategy in sys.argv[2:]:
        losses(strategy, sys.argv[1])
""")


def launch(folder, devices, strategies):
    folder.mkdir()
    script = folder / "two.py"
    script.write_text(TWO)
    done = subprocess.run(
        [sys.executable, script, folder, *strategies],
        capture_output=True,
        text=True,
        env=dict(os.environ, OMP_NUM_THREADS="1", COURSE_DEVICE="cpu", COURSE_DEVICES=str(devices)),
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = {}
    for strategy in strategies:
        reports = [folder / f"{strategy}.{rank}.json" for rank in range(devices)]
        found[strategy] = [json.loads(report.read_text()) for report in reports]
    return found, done.stdout


def test_two_processes_are_one_with_the_joined_batch(tmp_path):
    one, _ = launch(tmp_path / "one", 1, ["auto"])
    two, printed = launch(tmp_path / "two", 2, ["auto", "ddp"])
    assert two["auto"][0]["losses"] == pytest.approx(one["auto"][0]["losses"], abs=2e-6)
    assert printed.count("course 20/20") == 2
    for first, second in two.values():
        assert first["losses"] == second["losses"]
        assert first["spread"] == second["spread"] == 0
        assert not set(first["drawn"]) & set(second["drawn"])
        assert first["resumed"] == second["resumed"] == [20, True]
    assert first["losses"][-1] < first["losses"][0]
    assert one["auto"][0]["drawn"] == two["auto"][0]["drawn"]
    written = sorted(path.name for path in (tmp_path / "two").glob("*.safetensors*"))
    assert written == ["auto.safetensors", "ddp.safetensors"]
    net = torch.nn.Linear(6, 1)
    step, _ = train.load(tmp_path / "two" / "ddp.safetensors", model=Shared(net))
    assert step == 20 and net.weight.abs().sum() > 0


class Shared(torch.nn.Module):
    """What the processes trained with "ddp" hold, without any wrapper of theirs."""

    def __init__(self, net):
        super().__init__()
        self.a = net
        self.b = net


def test_what_one_process_used_alone_counts_as_half(monkeypatch):
    parameters = [torch.nn.Parameter(torch.ones(2)) for _ in range(3)]
    parameters[0].grad = torch.tensor([2.0, 4.0])

    def the_other_used_nothing(flat):
        assert flat[:3].tolist() == [1, 0, 0]

    monkeypatch.setattr(processes, "several", bool_true)
    monkeypatch.setattr(processes, "world", lambda: 2)
    monkeypatch.setattr(processes.dist, "all_reduce", the_other_used_nothing)
    processes.average_gradients(parameters)
    assert parameters[0].grad.tolist() == [1, 2]
    assert parameters[1].grad is None and parameters[2].grad is None


def test_streams_go_on_with_what_was_drawn():
    films = [np.random.default_rng(k).integers(1, 255, (9, 4, 4, 3), np.uint8) for k in (0, 1)]
    sheets = [255 - film for film in films]
    streams = train.Streams(films, sheets, seed=1, count=3, life=1e9)
    assert {bool(before.any()) for _, _, before in train.Streams(films, sheets).at} == {True, False}
    chosen, given, frames, before = streams.batch(3)
    k, t, _ = streams.at[chosen[0]]
    assert (frames[1][0] == films[k][t + 1]).all() and (given[0][0] == sheets[k][t]).all()
    assert before.shape == (3, 4, 4, 3)
    drawn = np.full((3, 4, 4, 3), 7, np.uint8)
    streams.go_on(chosen, drawn)
    assert streams.at[chosen[0]][1] == t + 2 and (streams.at[chosen[0]][2] == 7).all()
    for _ in range(20):  # at the end of a film a stream begins anew
        streams.go_on(streams.batch(2)[0], drawn)


def test_streams_want_films_and_sheets_that_go_together():
    film = np.zeros((4, 4, 4, 3), np.uint8)
    with pytest.raises(ValueError, match="as many sheets as frames"):
        train.Streams([film], [film[:3]])
    with pytest.raises(ValueError, match="at least three frames"):
        train.Streams([film[:2]], [film[:2]])
