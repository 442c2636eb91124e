"""What lesson 28 ships: its lecturer after four minutes of film at 256 pixels, in four files."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import media, weights
from course_lib.taught.body import figure_codes, lumierenet
from course_lib.taught.body.everybody_dance import Critics, as_tensor


def footage(work, recipe):
    """The takes of a recipe, filmed once: figures, frames, frames at 64 pixels, rows of the voice
    and landmarks of all of them one after the other."""
    parts = []
    for seed in recipe["takes"]:
        kept = work / f"lecture_{seed}.npz"
        if not kept.exists():
            work.mkdir(parents=True, exist_ok=True)
            clip = figure_codes.lecture_take(recipe["take_seconds"], seed, recipe["size"])
            np.savez(
                kept,
                figures=figure_codes.figures(clip, seed),
                frames=clip.frames,
                small=media.reduced(clip.frames, figure_codes.SMALL),
                rows=lumierenet.voice_rows(clip.sound, len(clip.frames)).numpy(),
                marks=clip.truth["landmarks"],
            )
        with np.load(kept) as z:
            parts.append({k: z[k] for k in z.files})
    return {k: np.concatenate([part[k] for part in parts]) for k in parts[0]}


def album(work, recipe, path, save):
    """The pictures of which figures are mixed."""
    weight = figure_codes.corner_weight()
    save(figure_codes.pictures_of(footage(work, recipe)["figures"], weight), "", recipe, path)


def film_album(work, recipe, path, save):
    """The pictures of which small frames are mixed."""
    save(figure_codes.pictures_of(footage(work, recipe)["small"]), "", recipe, path)


def shipped(name):
    """One of the two albums, as shipped."""
    out = figure_codes.Pictures()
    out.load_state_dict(weights.read(name))
    return out


def networks(film, recipe):
    """A Lecturer whose VAE and sketcher were trained on a film as the recipe says."""
    torch.manual_seed(recipe["net_seed"])
    model = lumierenet.untrained()
    model.album, model.film_album = shipped("lecture_album"), shipped("lecture_film")
    shares = model.album.shares(as_tensor(film["figures"]))
    asked = model.film_album.shares(as_tensor(film["small"]))
    figure_codes.fit_vae(model.vae, shares, recipe["vae_steps"], beta=recipe["beta"])
    with torch.no_grad():
        told = model.vae.decoder(model.vae.encode(shares)[0])
    noise = recipe["sketch_noise"]
    lumierenet.fit_sketch(model.sketcher, told, asked, recipe["sketch_steps"], noise=noise)
    return model


def lecturer(work, recipe, path, save):
    """The VAE, the sketcher, and the network that hears codes."""
    film = footage(work, recipe)
    model = networks(film, recipe)
    rows = torch.from_numpy(film["rows"])
    codes = model.encoded(film["figures"]).clone()
    lumierenet.fit_voice(model.listener, rows, codes, recipe["voice_steps"])
    save(lumierenet.but_pictures(model), "", recipe, path)


def finisher(work, recipe, path, save):
    """The network that finishes sketches, those of networks of its own: by the pixels first, then
    with critics."""
    film = footage(work, recipe)
    model = networks(film, recipe)
    decoded = model.figures(model.encoded(film["figures"])).clone()
    sketches = model.sketches(decoded).clone()
    weight = lumierenet.head_weight(film["marks"], recipe["size"])
    data = decoded, sketches, film["frames"]
    torch.manual_seed(recipe["net_seed"])
    net = lumierenet.Finisher(**lumierenet.HOUR)
    lumierenet.fit_finisher(net, data, weight, recipe["steps"])
    critics = Critics(c=recipe["critics"])
    rates = recipe["rates"]
    lumierenet.fit_finisher(net, data, weight, recipe["critic_steps"], 2, critics, rates, 1)
    save(net, "", recipe, path)
