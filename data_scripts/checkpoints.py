"""Train the networks that ship with the course: its lessons' recipes, longer.

make checkpoints [LESSON=03]

Lesson 03 films 360 actors and trains its landmark network and its detector: about an hour on two
cores. Lesson 04 lets eight voices read and trains its phoneme network: a quarter of an hour.
Lesson 09 trains its swap, and a network that has drawn many other actors, to start from: an hour
each. Lesson 06 films 240 actors and trains its portraits and the network that finds labels in
them: an hour. Lesson 13 trains its eyes in five minutes and its portrait in an hour and a half.
Lesson 15 trains its texture and renderer in an hour.
Lesson 24 films 220 actors and trains its pose network: an hour and a half. Lesson 25
trains its dancer, two hours and a half, and the network for her face. Lesson 22 trains two ears,
half an hour each, its voices in a minute, and its dubber in half an hour. Lesson 28 films four
minutes of its lecturer and trains on them for half an hour. The results lie in
course_lib/weights, with their recipes and hashes in its manifest. The films and the state of the
training lie in `--work`: a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import copy
import json
import shutil
import time
from functools import partial
from pathlib import Path

import cv2
import ear
import lectures
import numpy as np
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from course_lib import media, studio, train, weights
from course_lib.taught.audio import neural_voice_puppetry, voice_to_film
from course_lib.taught.body import dance_faces, everybody_dance
from course_lib.taught.foundations import finding_faces, sound_of_speech
from course_lib.taught.foundations.finding_poses import PoseNet
from course_lib.taught.images import lines, pix2pix
from course_lib.taught.swap import deepfakes
from course_lib.taught.training import face_training, listening, pose_training
from course_lib.taught.video import (
    deep_video_portraits,
    neural_textures,
    portrait_controls,
    unrolled_heads,
)

ROOT = Path(__file__).resolve().parents[1]
FRESH_SEED = 67280421310721  # torch's own: first weights do not depend on films found on disk


def faces(work, recipe, path):
    """Follow the recipe of lesson 03 and write `path`."""
    work.mkdir(parents=True, exist_ok=True)
    films = work / "films.npz"
    if not films.exists():
        np.savez(films, **face_training.film_faces(range(*recipe["actors"]), recipe["shots"]))
    with np.load(films) as z:
        data = face_training.Faces(**{k: z[k] for k in z.files})
    grounds = face_training.scenes(recipe["grounds"])
    torch.manual_seed(FRESH_SEED)
    landmarks, _ = face_training.fit_landmarks(
        data,
        grounds,
        recipe["landmark_steps"],
        recipe["batch"],
        recipe["landmark_seed"],
        resume=work / "landmarks.safetensors",
        save_every=100,
    )
    detector, _ = face_training.fit_detector(
        data,
        grounds,
        recipe["detector_steps"],
        recipe["batch"],
        recipe["detector_seed"],
        resume=work / "detector.safetensors",
        save_every=100,
    )
    finder = finding_faces.FaceFinder(detector, landmarks, data.mean)
    finder.save(path, **recipe, torch=torch.__version__)


def phonemes(work, recipe, path):
    """Follow the recipe of lesson 04 and write `path`, in half precision."""
    voices = [v for v in studio.VOICES if v not in listening.HELD_OUT]
    readings = listening.readings(recipe["sentences"], recipe["seed"], voices)
    torch.manual_seed(recipe["net_seed"])
    net = sound_of_speech.PhonemeNet(recipe["hidden"])
    listening.fit(
        net,
        readings,
        recipe["steps"],
        recipe["batch"],
        seed=recipe["seed"],
        resume=work / "phonemes.safetensors",
        save_every=200,
    )
    save_half(net, "", recipe, path)


def face_crops(clip, size):
    """A film -> the stored crops of lesson 09, by the landmarks that lesson 03's network finds."""
    finder = media.faces.own_finder()
    return deepfakes.crops_of(clip.frames, finder.track(clip.frames), finder.mean, size)


def swap_network(recipe, crops, resume):
    """Train lesson 09's network on crops {"A": ..., "B": ...} as the recipe says."""
    torch.manual_seed(recipe["net_seed"])
    model = deepfakes.DF(recipe["size"], recipe["c"], recipe["z"])
    deepfakes.fit(
        model,
        crops,
        media.faces.own_finder().mean,
        recipe["steps"],
        recipe["batch"],
        recipe["rate"],
        recipe["size"],
        recipe["net_seed"],
        resume=resume,
        title=resume.stem,
    )
    return model


def save_half(model, parts, recipe, path):
    """Write those tensors of a model whose names begin with `parts`, one or a tuple,
    in half precision."""
    from safetensors.torch import save_file

    kept = {k: v for k, v in model.state_dict().items() if k.startswith(parts)}
    half = {k: v.half().cpu().contiguous() for k, v in kept.items()}
    save_file(half, path, metadata={"recipe": json.dumps(recipe, sort_keys=True)})


def swap_hour(work, recipe, path):
    """Lesson 09's swap, longer, on the lesson's own interviews; what draws B from A is kept."""
    work.mkdir(parents=True, exist_ok=True)
    crops = {}
    for who in "AB":
        r = recipe[who]
        clip = studio.interview(
            studio.cast(r["actor"]), r["seed"], size=recipe["film"], background=r["background"]
        )
        crops[who] = face_crops(clip, recipe["size"])
    model = swap_network(recipe, crops, work / "swap_hour.safetensors")
    save_half(model, ("encoders.", "decoders.B."), recipe, path)


def swap_base(work, recipe, path):
    """One encoder and one decoder that have drawn many actors, none of whom lesson 09 films."""
    work.mkdir(parents=True, exist_ok=True)
    films = work / "swap_base_crops.npz"
    if not films.exists():
        many = []
        lights, grounds = list(studio.LIGHTS), list(studio.BACKGROUNDS)
        for k, seed in enumerate(range(*recipe["actors"])):
            clip = studio.interview(
                studio.cast(seed),
                seed,
                takes=recipe["takes"],
                frames=recipe["frames"],
                size=recipe["film"],
                lights=(lights[k % len(lights)], lights[(k + 2) % len(lights)]),
                background=grounds[k % len(grounds)],
            )
            many.append(face_crops(clip, recipe["size"]))
        np.savez(films, crops=np.concatenate(many))
    with np.load(films) as z:
        crops = {"A": z["crops"]}
    model = swap_network(recipe, crops, work / "swap_base.safetensors")
    save_half(model, ("encoders.", "decoders.A."), recipe, path)


def poses(work, recipe, path):
    """Follow the recipe of lesson 24 and write `path`, in half precision."""
    work.mkdir(parents=True, exist_ok=True)
    films = work / "pose_films.npz"
    if not films.exists():
        people = range(*recipe["people"])
        np.savez(films, **pose_training.film_people(people, recipe["shots"], recipe["film"]))
    with np.load(films) as z:
        data = pose_training.Films(**{k: z[k] for k in z.files})
    torch.manual_seed(recipe["net_seed"])
    net = PoseNet(recipe["c"])
    grounds = face_training.scenes(recipe["grounds"])
    stages = []
    for k, (steps, rate) in enumerate(zip(recipe["steps"], recipe["rate"])):
        net, _ = pose_training.fit_poses(
            net,
            data,
            grounds,
            steps,
            recipe["size"],
            recipe["seed"] + k,
            rate=rate,
            batch=recipe["batch"],
            resume=work / f"poses_{k}.safetensors",
            save_every=100,
        )
        stages.append({name: value.clone() for name, value in net.state_dict().items()})
    first, second = stages
    for name, value in first.items():
        if value.is_floating_point():  # between both stages
            first[name] = torch.lerp(value, second[name], recipe["average"])
    net.load_state_dict(first)
    save_half(net, "", recipe, path)


def dancer_takes(recipe):
    """Lesson 25's takes of its target -> lists of frames and of found poses."""
    phases = np.random.default_rng(0).random(len(everybody_dance.PLACES))
    actor, size = studio.cast(recipe["actor"]), recipe["size"]
    takes = [
        everybody_dance.take(actor, recipe["take_seconds"], 100 + k, place, size, phase=phases[k])
        for k, place in enumerate(everybody_dance.PLACES)
    ]
    return [clip.frames for clip in takes], everybody_dance.found_poses(takes)


def dancer(work, recipe, path):
    """Lesson 25's generator at 256 pixels, on the lesson's own takes, in stages: first without
    critics, to learn where things are, then against them, at last with its enhancer."""
    size = recipe["size"]
    films, poses = dancer_takes(recipe)
    lines = [everybody_dance.draw_sticks(points, size, size // 64) for points in poses]
    known = {}
    for k, stage in enumerate(recipe["stages"]):
        torch.manual_seed(recipe["net_seed"] + k)
        fine = stage.get("fine", 0)
        net = everybody_dance.Generator(recipe["c"], size // 64, fine)
        net.load_state_dict(known, strict=False)
        critics = everybody_dance.Critics(scales=recipe["scales"])
        streams = train.Streams(films, lines, k)
        told = {key: value for key, value in stage.items() if key != "fine"}
        net, _ = everybody_dance.fit_dance(net, critics, streams, batch=recipe["batch"], **told)
        known = net.state_dict()
    save_half(net, "", recipe, path)


def dancer_face(work, recipe, path):
    """Lesson 25's face network at the dancer's drawings of the lesson's own takes."""
    size = recipe["size"]
    films, poses = dancer_takes(recipe)
    dancer = everybody_dance.Generator(recipe["c"], size // 64, recipe["fine"])
    dancer.load_state_dict(weights.read("dancer"))
    kinds = [[], [], []]
    for frames, points in zip(films, poses):
        lines = everybody_dance.draw_sticks(points, size, size // 64)
        drawn = everybody_dance.dance(dancer.eval(), points, size)
        corners = dance_faces.face_corners(points)
        for kind, film in zip(kinds, (lines, drawn, frames)):
            kind.append(dance_faces.crop(film, corners))
    torch.manual_seed(recipe["net_seed"])
    critic = dance_faces.plain_critics(6, 16, 1)
    boxes = [np.concatenate(kind) for kind in kinds]
    net = dance_faces.fit_face(dance_faces.FaceNet(), critic, boxes, recipe["steps"])
    save_half(net, "", recipe, path)


def labeller(work, recipe, path):
    """Lesson 06's U-Net from a portrait to its label map, at 64 pixels."""
    people = range(*recipe["people"])
    pictures, maps = pix2pix.portraits(people, recipe["shots"], recipe["size"])
    net = pix2pix.fit_labels(pictures, maps, recipe["steps"], recipe["batch"])
    save_half(net, "", recipe, path)


def portraits(work, recipe, path):
    """Lesson 06's generator from label maps to portraits, in stages: first at half the size."""
    torch.manual_seed(recipe["net_seed"])
    people, size = range(*recipe["people"]), recipe["size"]
    pictures, maps = pix2pix.portraits(people, recipe["shots"], size)
    net = pix2pix.UNet(widths=recipe["widths"])
    critic = pix2pix.PatchGAN(strided=recipe["strided"])
    for k, stage in enumerate(recipe["stages"]):
        told = dict(stage)
        step = size // told.pop("size")
        small = media.reduced(pictures, size // step)
        coarse = np.ascontiguousarray(maps[:, step // 2 :: step, step // 2 :: step])
        told |= dict(batch=recipe["batch"], seed=k)
        mean, _ = pix2pix.fit(net, critic, coarse, small, **told)
    save_half(mean, "", recipe, path)


def torn(seed, squares):
    """as_lines of lesson 06 that rubs out up to `squares` squares of each sheet, a sixth of its
    side at most."""
    rng = np.random.default_rng(seed)

    def as_channels(sheets, device):
        x = lines.as_lines(sheets, device)
        for sheet in x[:, 0]:
            for _ in range(rng.integers(0, squares + 1)):
                side = rng.integers(len(sheet) // 16, len(sheet) // 6)
                top, left = rng.integers(0, len(sheet) - side, 2)
                sheet[top : top + side, left : left + side] = 0
        return x

    return as_channels


MARKED = ("brows", "eyes", "iris", "lips", "mouth", "teeth")


def fit_marked(net, sheets, pictures, marked, sheets_of, steps, batch, rates, seed, mean, times):
    """Lesson 06's training by pixels alone, in which those marked (N, S, S) count `times` as much
    -> the running mean of the generator."""
    (net,), (maker,), run, (schedule,) = pix2pix.rivals((net,), steps, rates)
    net.to(memory_format=torch.channels_last)
    average = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(mean))
    g = run.generator(seed)
    for _ in train.steps(steps, "marked"):
        at = torch.randint(len(sheets), (batch,), generator=g, device=g.device).cpu()
        both = np.concatenate([pictures[at], 255 * marked[at][..., None]], -1)
        x, y = sheets_of(sheets[at], run.device), pix2pix.as_portraits(both, run.device)
        x, y = pix2pix.mirrored(x, y, g)
        weight = 1 + (times - 1) * (y[:, 3:] > 0).float()
        loss = (weight * (torch.tanh(net(x)) - y[:, :3]).abs()).mean()
        maker.zero_grad()
        run.backward(loss)
        maker.step()
        schedule.step()
        average.update_parameters(net)
    return average.module.eval()


def portraits_of_lines(work, recipe, path):
    """Lesson 06's generator from lines to portraits, in stages: without a critic, against one, and
    with eyes and mouth marked."""
    people = range(*recipe["people"])
    pictures, maps = pix2pix.portraits(people, recipe["shots"], recipe["size"])
    torch.manual_seed(recipe["net_seed"])
    sheets, net = lines.sketches(pictures), lines.Folded()
    marked = np.isin(maps, [studio.LABELS.index(name) for name in MARKED]).astype(np.uint8)
    marked = np.stack([cv2.dilate(one, np.ones((5, 5))) for one in marked])
    for stage in recipe["stages"]:
        told = dict(stage)
        torch.manual_seed(recipe["net_seed"] + told["seed"])
        critic = pix2pix.PatchGAN(4, strided=recipe["strided"]) if told.pop("critic") else None
        as_channels = torn(told["seed"], told.pop("squares"))
        if "times" in told:
            net = fit_marked(net.train(), sheets, pictures, marked, as_channels, **told)
        else:
            told["sheets"] = as_channels
            net, _ = pix2pix.fit(net.train(), critic, sheets, pictures, **told)
    save_half(net, "", recipe, path)


def eyes(work, recipe, path):
    """Lesson 13a's network for gaze and lids, on stills of other actors than the lesson's."""
    people = list(range(*recipe["people"]))
    stills = portrait_controls.eye_stills(people, recipe["shots"])
    torch.manual_seed(recipe["net_seed"])
    net = portrait_controls.EyeNet()
    net = portrait_controls.fit_eyes(net, stills, recipe["steps"], seed=recipe["net_seed"])
    save_half(net, "", recipe, path)


def performance(recipe):
    """An actor's whole performance, tracked -> frames, Person, Track, Controls, and the numbers of
    the frames to learn from."""
    frames = portrait_controls.portrait_film(recipe["actor"], slice(0, recipe["frames"])).frames
    tracker, track = portrait_controls.followed(frames, slice(*recipe["meet"]))
    eyes = portrait_controls.shipped_eyes()
    controls = portrait_controls.controls_of(frames, tracker, track, eyes)
    learn = np.delete(np.arange(len(frames)), slice(*recipe["held_out"]))
    return frames, tracker.person, track, controls, learn


def portrait(work, recipe, path):
    """Lesson 13b's network on all of the target's performance but the seconds held out."""
    frames, person, track, controls, learn = performance(recipe)
    model = portrait_controls.PortraitModel(person, 256)
    light = portrait_controls.mean_light(track)
    cond = portrait_controls.conditioning(model, controls, light)
    data = cond, frames, deep_video_portraits.attention(track.marks, 256)
    mean = deep_video_portraits.as_tensor(frames[learn].mean(0, keepdims=True))[0]
    torch.manual_seed(recipe["net_seed"])
    net = deep_video_portraits.Portrait(3, 256, deep_video_portraits.HOUR, mean=mean)
    batch = recipe["batch"]
    net, _ = deep_video_portraits.fit_portrait(net, data, learn, 3, recipe["steps"], batch)
    calm = copy.deepcopy(net.state_dict())
    critic = pix2pix.PatchGAN(12, strided=3)
    net = deep_video_portraits.against_critic(
        net, critic, data, learn, 3, recipe["critic_steps"], batch, seed=1
    )
    share = recipe["critic_share"]  # between the weights before and after the critic
    net.load_state_dict({k: calm[k].lerp(v, share) for k, v in net.state_dict().items()})
    save_half(net, "", recipe, path)


def texture(work, recipe, path):
    """Lesson 15's texture, on the film of lesson 13's portrait; the renderer that was trained with
    it is kept in `work`."""
    frames, person, track, controls, learn = performance(recipe)
    uv = unrolled_heads.uv_film(unrolled_heads.Bust(person, 512), controls)
    weight = deep_video_portraits.attention(track.marks, 256)
    data = uv, neural_textures.ways(controls), frames, weight
    mean = deep_video_portraits.as_tensor(frames[learn].mean(0, keepdims=True))[0]
    torch.manual_seed(recipe["net_seed"])
    learnt = neural_textures.NeuralTexture()
    renderer = neural_textures.unet(256, mean, widths=neural_textures.HOUR)
    model = neural_textures.Deferred(renderer, learnt)
    model, _ = neural_textures.fit_deferred(model, data, learn, recipe["steps"])
    work.mkdir(parents=True, exist_ok=True)
    save_half(model.texture, "", recipe, path)
    save_half(model.renderer, "", recipe, work / "texture_renderer.safetensors")


def texture_renderer(work, recipe, path):
    """Lesson 15's renderer, trained together with its texture."""
    trained = work / "texture_renderer.safetensors"
    if not trained.exists():
        texture(work, recipe, work / "texture.safetensors")
    shutil.copy(trained, path)


def listener(work, recipe, path):
    """Lesson 22's ear, on many voices, each piece of sound shaken."""
    lessons = ear.spoken(recipe["sentences"], recipe["seed"])
    torch.manual_seed(recipe["net_seed"])
    net = neural_voice_puppetry.Listener()
    net, _ = ear.fit_ear(net, lessons, recipe["steps"], seed=recipe["net_seed"])
    save_half(net, "", recipe, path)


def polyglot(work, recipe, path):
    """Lesson 22's ear, trained further on nine languages."""
    lessons = ear.spoken(recipe["sentences"], recipe["seed"], recipe["foreign"])
    torch.manual_seed(recipe["net_seed"])
    net = neural_voice_puppetry.shipped_ear().train()
    steps, rate = recipe["steps"], recipe["rate"]
    net, _ = ear.fit_ear(net, lessons, steps, rate=rate, seed=recipe["fit_seed"])
    save_half(net, "", recipe, path)


def voices(work, recipe, path):
    """Lesson 22's network from what the ear hears to the mouths of many people."""
    shipped = neural_voice_puppetry.shipped_ear()
    people = range(neural_voice_puppetry.HOUR_PEOPLE)
    crowd = [neural_voice_puppetry.talk(person, recipe["sentences"]) for person in people]
    heard = [neural_voice_puppetry.heard_by(shipped, said) for said in crowd]
    torch.manual_seed(recipe["net_seed"])
    net = neural_voice_puppetry.VoiceToFace(len(crowd))
    net, *_ = neural_voice_puppetry.fit_voices(
        net, heard, crowd, recipe["steps"], recipe["batch"], seed=recipe["net_seed"]
    )
    save_half(net, "", recipe, path)


def dubber(work, recipe, path):
    """Lesson 22's networks that dub a film, on more of it than the lesson has."""
    film, _ = voice_to_film.her_film(slice(0, recipe["frames"]))
    focal = voice_to_film.CAMERA.focal
    tracker, track = portrait_controls.followed(film.frames, slice(0, 300), focal)
    eyes = portrait_controls.shipped_eyes()
    known = portrait_controls.controls_of(film.frames, tracker, track, eyes)
    target = voice_to_film.Target(film.frames, tracker.person, known, None)
    uv = voice_to_film.square_uv(target.bust, known, target.corners)
    weight = voice_to_film.lip_weights(track.marks, target.corners)
    learn = np.r_[0:300, 400 : recipe["frames"]]  # between them lie those that are judged
    wide = target.squares[learn].repeat(2, 1).repeat(2, 2)
    colours = unrolled_heads.collected(uv[learn], wide, unrolled_heads.TEXELS)
    torch.manual_seed(recipe["net_seed"])
    model = voice_to_film.Dubber(voice_to_film.started(colours), voice_to_film.HOUR)
    data = uv, target.squares, target.empty, target.masks, weight
    how = recipe["steps"], recipe["batch"], recipe["rates"]
    model, *_ = voice_to_film.fit_dubber(model, data, learn, *how, seed=recipe["net_seed"])
    save_half(model, "", recipe, path)


RECIPES = {
    "dubber": dubber,
    "listener": listener,
    "polyglot": polyglot,
    "voices": voices,
    "texture": texture,
    "texture_renderer": texture_renderer,
    "portrait": portrait,
    "eyes": eyes,
    "labeller": labeller,
    "portraits": portraits,
    "lines": portraits_of_lines,
    "faces": faces,
    "phonemes": phonemes,
    "swap_hour": swap_hour,
    "swap_base": swap_base,
    "poses": poses,
    "dancer": dancer,
    "dancer_face": dancer_face,
    "lecture_album": partial(lectures.album, save=save_half),
    "lecture_film": partial(lectures.film_album, save=save_half),
    "lecturer": partial(lectures.lecturer, save=save_half),
    "lecture_finish": partial(lectures.finisher, save=save_half),
}


def main(lesson, work):
    """Train what one lesson ships ("" for all), and enter it into the manifest."""
    for name, row in weights.manifest().items():
        if not row["lesson"].startswith(lesson):
            continue
        start = time.monotonic()
        RECIPES[name](work, row["recipe"], weights.FOLDER / row["file"])
        digest = weights.register(name, time.monotonic() - start, **row["recipe"])
        print(f"{row['file']}: sha256 {digest}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "lesson", nargs="?", default="", help="a lesson's number; all if none is given"
    )
    parser.add_argument(
        "--work", type=Path, default=ROOT / "checkpoints", help="films and half-trained networks"
    )
    args = parser.parse_args()
    main(args.lesson, args.work)
