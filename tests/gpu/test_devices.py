"""Every lesson's step follows the device: on meta, at the gpu column's size on the CPU, on CUDA."""

import math

import pytest
import torch
from gpu.cases import CASES, swap
from gpu.harness import (
    Case,
    OnlyMeta,
    StrayTensor,
    moved,
    on_meta,
    one_step,
    settings,
    step_in_place,
)
from torch.utils._pytree import tree_flatten

from course_lib import train
from course_lib.taught.swap import deepfakes

EVERY = sorted(CASES)
# LIAE is as large as DF and made of the same parts: 22 s and 2.5 GB once are enough.
TRAINED = [name for name in EVERY if name not in ("09 LIAE", "11 tracker", "18 patches")]
NO_CUDA = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="no CUDA device here: the CPU and meta tests stand in"
)


@pytest.mark.parametrize("column", ["cpu", "gpu"])
@pytest.mark.parametrize("name", EVERY)
def test_step_and_inference_on_meta(name, column, monkeypatch):
    lesson, build, why_not = CASES[name]
    if why_not:
        pytest.skip(f"not on meta: {why_not}")
    monkeypatch.setenv("COURSE_DEVICE", "meta")
    on_meta(build, settings(lesson, column, batch=2))


@pytest.mark.parametrize("name", TRAINED)
def test_the_gpu_column_takes_two_steps_at_batch_1(name, monkeypatch):
    lesson, build, _ = CASES[name]
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    case = build(settings(lesson, "gpu", batch=1), torch.device("cpu"))
    net, _, run = train.setup(case.net)
    step_in_place(net, 1e-4)
    before = [p.detach().flatten()[:4].clone() for p in net.parameters()]
    losses = []
    for _ in range(2):
        loss = case.step(net, *case.batch)
        run.backward(loss)
        losses.append(loss.item())
    assert all(math.isfinite(v) for v in losses) and losses[0] != losses[1]
    after = [p.detach().flatten()[:4] for p in net.parameters()]
    assert any(not torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_the_tracker_takes_two_steps_at_the_gpu_columns_size():
    lesson, build, _ = CASES["11 tracker"]
    case = build(settings(lesson, "gpu"), torch.device("cpu"))
    for _ in range(2):
        answers = tree_flatten(case.infer(None))[0]
        assert all(x.isfinite().all() for x in answers)


def build_on(device, planted):
    """A toy lesson; planted: the line that forgets the device."""
    net = torch.nn.Linear(4, 4).to(device)
    x = torch.ones(2, 4, device=device)
    stray = torch.ones(4, 4)
    grid = torch.zeros(1, 2, 2, 2)
    lines = {
        None: lambda net: net(x),
        "add": lambda net: net(x) + torch.arange(4),
        "matmul": lambda net: net(x) @ stray,
        "linear": lambda net: torch.nn.functional.linear(net(x), stray),
        "convolution": lambda net: torch.conv2d(net(x)[None, None], stray[None, None, :1, :1]),
        "where": lambda net: torch.where(torch.ones(4, dtype=torch.bool), net(x), 0.0),
        "index": lambda net: net(x)[torch.tensor([0, 1])],
        "gather": lambda net: net(x).gather(1, torch.zeros(2, 1, dtype=torch.long)),
        "cat": lambda net: torch.cat([net(x), torch.ones(1, 4)]),
        "grid": lambda net: torch.nn.functional.grid_sample(
            net(x)[None, None], grid, align_corners=False
        ),
        "einsum": lambda net: torch.einsum("bi,ij->bj", net(x), stray),
        "copy": lambda net: net(x).clone().copy_(torch.ones(2, 4)),
        "answer": lambda net: torch.ones(3),
    }
    forward = lines[planted]

    def step(net):
        return forward(net).square().mean()

    return Case(net, step, (), forward)


@pytest.mark.parametrize(
    "planted",
    "add matmul linear convolution where index gather cat grid einsum copy answer".split(),
)
def test_a_planted_cpu_tensor_is_found(planted, monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "meta")

    def build(_, device):
        return build_on(device, planted)

    with pytest.raises((StrayTensor, RuntimeError)):
        on_meta(build, None)


def test_what_is_sound_passes(monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "meta")
    on_meta(lambda _, device: build_on(device, None), None)
    with OnlyMeta():
        torch.ones(3, device="meta") * torch.tensor(2.0)  # a number may lie on the CPU
        torch.ones(3) + torch.ones(3)


def test_a_lesson_that_forgets_the_device_is_found(monkeypatch):
    """Lesson 09 with its weight left on the CPU, as its first edition had it."""
    monkeypatch.setenv("COURSE_DEVICE", "meta")

    def build(s, device):
        case = swap(deepfakes.DF)(s, device)
        pairs, weight = case.batch
        return case._replace(batch=(pairs, torch.ones(weight.shape)))

    with pytest.raises((StrayTensor, RuntimeError)):
        on_meta(build, settings("09_deepfakes", "cpu", batch=2))


@NO_CUDA
@pytest.mark.parametrize("name", EVERY)
def test_cuda_gives_what_the_cpu_gives(name, monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    lesson, build, _ = CASES[name]
    s = settings(lesson, "cpu", batch=4)
    found = {}
    for device in ("cpu", "cuda"):
        monkeypatch.setenv("COURSE_DEVICE", device)
        case = build(s, torch.device(device))
        with torch.inference_mode():
            answers = tree_flatten(case.infer(case.net))[0]
        loss = one_step(case)
        found[device] = moved([x for x in [loss, *answers] if torch.is_tensor(x)], "cpu")
    for a, b in zip(found["cpu"], found["cuda"], strict=True):
        torch.testing.assert_close(a.detach(), b.detach(), rtol=2e-3, atol=2e-4)


@NO_CUDA
@pytest.mark.parametrize("name", ["03 landmark net", "03 detector", "09 DF"])
def test_batches_are_drawn_on_cuda(name):
    lesson, build, _ = CASES[name]
    case = build(settings(lesson, "gpu", batch=2), torch.device("cuda"))
    batch = case.draw(torch.Generator("cuda").manual_seed(0))
    assert all(x.is_cuda for x in tree_flatten(batch)[0])


@NO_CUDA
def test_a_checkpoint_holds_cudas_random_state(tmp_path):
    torch.ones(1, device="cuda")
    train.save(tmp_path / "a.safetensors")
    expected = torch.rand(5, device="cuda")
    train.load(tmp_path / "a.safetensors")
    assert torch.equal(torch.rand(5, device="cuda"), expected)
