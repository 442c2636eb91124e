# GENERATED from 00_start_here.ipynb by `make sync`. Edit the lesson, not this file.

# %%
__all__ = ['HEIGHT', 'WIDTH', 'film_question', 'opening', 'mouth_pictures', 'split_by_time', 'opening_reader', 'fit_reader',
           'believe']

# %%
import numpy as np
import torch
from torch import nn

from course_lib import mark, studio, train

# %%
def film_question():
    """-> a Clip of actor 3, 160 pixels wide, who asks "Are you real?" in the voice grace."""
    return studio.film(studio.cast(3), studio.perform("Are you real?", voice="grace"), size=160)

# %%
def opening(points):
    """Landmarks (T, 68, 2) -> the distance of the inner lips in widths of the mouth, (T,)."""
    gap = np.linalg.norm(points[:, 66] - points[:, 62], axis=1)
    width = np.linalg.norm(points[:, 54] - points[:, 48], axis=1)
    return gap / width

# %%
HEIGHT, WIDTH = 24, 32  # pixels of a mouth's picture


def mouth_pictures(frames, points):
    """Frames (T, S, S, 3) uint8 and landmarks (T, 68, 2) -> mouths (T, HEIGHT, WIDTH), 0..1."""
    out = []
    for frame, lips in zip(frames, points[:, 48:68]):
        x, y = lips.mean(0).round().astype(int)
        cut = frame[y - HEIGHT // 2 : y + HEIGHT // 2, x - WIDTH // 2 : x + WIDTH // 2]
        out.append(cut.mean(-1) / 255)
    return np.stack(out).astype(np.float32)

# %%
def split_by_time(count, judged, gap):
    """Of `count` frames -> a slice to learn from, and one of the last `judged`; gap: frames between
    them that are in neither."""
    return slice(0, count - judged - gap), slice(count - judged, count)

# %%
def opening_reader():
    """A network from mouths (B, HEIGHT, WIDTH) to openings (B, 1)."""
    return nn.Sequential(
        nn.Flatten(),  # (B, 768)
        nn.Linear(HEIGHT * WIDTH, 32),  # (B, 32)
        nn.GELU(),
        nn.Linear(32, 1),  # (B, 1)
    )

# %%
def fit_reader(reader, x, openings, learn, last, steps, seed=0):
    """Train a reader on the frames `learn` (a slice or a mask) -> the reader, its losses, and those
    of the frames `last`, one at every 25th step. x (T, HEIGHT, WIDTH), openings (T,)."""
    optimizer = torch.optim.Adam(reader.parameters(), 1e-3)
    reader, optimizer, run = train.setup(reader, optimizer)
    y = torch.as_tensor(openings, dtype=torch.float32)[:, None].to(run.device)
    x = x.to(run.device)
    rng = np.random.default_rng(seed)
    losses, watched = [], []
    for step in train.steps(steps, "reader"):
        at = rng.choice(np.arange(len(x))[learn], 32)
        loss = (reader(x[at]) - y[at]).abs().mean()
        optimizer.zero_grad()
        run.backward(loss)
        optimizer.step()
        losses.append(loss.item())
        if step % 25 == 24:
            with torch.no_grad():
                watched.append((reader(x[last]) - y[last]).abs().mean().item())
    return reader, losses, watched

# %%
def believe(path):
    """A file -> "unmarked", "intact" or "altered", by its signed manifest."""
    answers = dict(own="intact", other="intact", broken="altered", none="unmarked")
    return answers[mark.verify(path).state]
