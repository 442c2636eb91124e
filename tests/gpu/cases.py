"""Each lesson's training step and inference, at the sizes of its own settings cell.

A case is build(settings, device) -> Case. Networks and data are made on the CPU with fixed seeds
and moved, so that two devices get the same numbers.
"""

from types import SimpleNamespace

import numpy as np
import torch
import torch.nn.functional as F
from gpu.harness import Case, functions, moved

from course_lib import human
from course_lib.taught.audio import lip_sync
from course_lib.taught.body import everybody_dance, figure_codes, lumierenet, motion_capture
from course_lib.taught.foundations import face_fit, faces_in_3d, rasteriser, sound_of_speech
from course_lib.taught.foundations.finding_faces import Detector, LandmarkNet
from course_lib.taught.foundations.finding_poses import PoseNet, decode
from course_lib.taught.images import pix2pix
from course_lib.taught.swap import deepfakes, taken_apart
from course_lib.taught.training import face_training, listening, pose_training, start_here
from course_lib.taught.video import face_tracker, neural_textures


def seeded():
    torch.manual_seed(0)
    return torch.Generator().manual_seed(1)


def made(kind, device, *sizes):
    """A network on a device; on meta without filling it on the CPU first."""
    if device.type == "meta":
        with device:
            return kind(*sizes)
    return kind(*sizes).to(device)


def face_marks(size, n=4):
    """Landmarks (n, 68, 2) in pixels of n upright faces that differ a little."""
    h = human.load()
    points = h.head_mean[h.landmarks_head][:, :2].numpy() * [1, -1]
    points = (points - points.min(0)) / np.ptp(points, axis=0).max()
    jitter = np.random.default_rng(0).normal(0, 0.01, (n, 68, 2))
    return ((0.2 + 0.6 * points + jitter) * size).astype(np.float32)


def fitting(s, device):
    """Lesson 02c's two losses of a fit and its start: the functions stand in its cells."""
    g = seeded()
    model = faces_in_3d.MorphableModel(device)
    edges = rasteriser.edge_table(faces_in_3d.MorphableModel().faces).to(device)
    parts = (faces_in_3d, rasteriser, face_fit)
    namespace = {name: getattr(part, name) for part in parts for name in part.__all__}
    namespace |= dict(torch=torch, F=F, s=s, device=device, model=model, model_edges=edges)
    namespace |= dict(FOCAL=6.9, PHOTO=12.0, MARKS=0.15, PRIOR=1e-3)
    names = "start_values render drawn_marks prior_term marks_loss full_loss"
    view = SimpleNamespace(
        marks=torch.from_numpy(face_marks(s.size, 1)[0]).to(device),
        photo=torch.rand(s.size, s.size, 3, generator=g).to(device),
        where=torch.ones(s.size, s.size, dtype=torch.bool, device=device),
    )
    return functions("02_faces_in_3d", names.split(), namespace), model, view


def placed(model):
    return lambda p: face_fit.place(model, p)


def landmark_fit(s, device):
    f, model, view = fitting(s, device)
    return Case(f.start_values(), f.marks_loss, (view,), placed(model))


def photo_fit(s, device):
    f, model, view = fitting(s, device)
    return Case(f.start_values(), f.full_loss, (view,), placed(model))  # the step renders


def face_data(device):
    marks = face_marks(160)
    g = seeded()
    pictures = torch.randint(256, (4, 160, 160, 3), generator=g, dtype=torch.uint8).numpy()
    alpha = np.ones((4, 160, 160), bool)
    faces = face_training.Faces(pictures, alpha, marks)
    grounds = torch.randint(256, (3, 3, 160, 160), generator=g, dtype=torch.uint8)
    return faces.to(device), grounds.to(device)


def finding(net, draw, step):
    def build(s, device):
        cpu = torch.device("cpu")
        batch = draw(seeded(), *face_data(cpu), s.batch)

        def anew(generator):
            return draw(generator, *face_data(device), s.batch)

        model = made(net, device)
        batch = moved(batch, device)
        return Case(model, step, batch, lambda net: net(batch[0]), anew)

    return build


landmark_net = finding(LandmarkNet, face_training.landmark_batch, face_training.landmark_step)
detector = finding(Detector, face_training.detector_batch, face_training.detector_step)


def phoneme_net(s, device):
    g = seeded()
    spoken = torch.randn(260, 40, generator=g)
    labels = torch.randint(len(sound_of_speech.PHONEMES), (130,), generator=g)
    batch = listening.batch_of([(spoken, labels)], np.random.default_rng(0), s.batch)
    batch = moved(batch, device)
    net = made(sound_of_speech.PhonemeNet, device, s.hidden)
    return Case(net, listening.listening_step, batch, lambda net: net(batch[0]))


def both_people(net, pairs, weight):
    """Lesson 09's loss of one step."""
    return sum(deepfakes.face_loss(net(p, who), t, weight) for who, (p, t) in pairs.items())


def swap(kind):
    def build(s, device):
        g = seeded()
        side = round(s.size * deepfakes.MARGIN / 2) * 2
        people = {
            who: torch.randint(256, (3, 4, side, side), generator=g, dtype=torch.uint8)
            for who in "AB"
        }
        weight = deepfakes.emphasis(face_marks(1.0, 1)[0], s.size)
        pairs = deepfakes.draw_pairs(people, g, s.batch, s.size)
        people, weight, pairs = moved((people, weight, pairs), device)
        if device.type == "meta":
            pairs = deepfakes.draw_pairs(people, g, s.batch, s.size)

        def anew(generator):
            return deepfakes.draw_pairs(people, generator, s.batch, s.size), weight

        return Case(
            made(kind, device, s.size, s.c, s.z),
            both_people,
            (pairs, weight),
            lambda net: net.swap(pairs["A"][0]),
            anew,
        )

    return build


def tracker(s, device):
    """Lesson 11's Gauss-Newton step; what a pixel sees is found before, by nonzero."""
    seeded()
    examples = torch.rand(9, 52)
    camera = face_tracker.Camera(6.9 * s.track / 2, s.track / 2 - 0.5, s.track / 2 - 0.5, s.track)
    weights = face_tracker.Weights(most=s.most)
    frame = (np.random.default_rng(0).random((s.track, s.track, 3)) * 255).astype(np.uint8)

    def at(place):
        person = face_tracker.Person(face_tracker.FaceSpace(examples, device=place))
        zeros = person.rest.new_zeros
        light = zeros(9, 3)
        light[0] = 2.8
        shift = torch.tensor([0.0, 0.0, -1.2], device=place)
        turn = torch.eye(3, device=place)
        return person, face_tracker.State(zeros(person.space.U.shape[1]), turn, shift, light)

    person, state = at(torch.device("cpu"))
    x, _ = face_tracker.pose(person, state)
    seen = face_tracker.visible(person, x, camera)
    marks = camera.pixels(x[person.space.landmarks]) + torch.randn(68, 2)
    seen, marks = moved((seen, marks), device)
    person, state = at(device)
    level = face_tracker.pyramid(frame, device=device)[0]

    def track(_):
        moved_state, errors = face_tracker.gauss_newton(
            person, state, level, marks, camera, weights, seen=seen
        )
        return tuple(moved_state), errors["colour"], errors["landmarks"]

    return Case(None, None, (), track)


def lips(s, device):
    g = seeded()
    net = made(lip_sync.DelayedLSTM, device)
    x = torch.randn(s.batch, 100 + net.delay, 28, generator=g)
    y = torch.randn(s.batch, 100, 20, generator=g)
    batch = moved((x, y), device)
    return Case(net, lip_sync.listening_step, batch, lambda net: net(batch[0]))


def lip_patches(s, device):
    """Lesson 18's painter: the weighted median of the patches nearest to a shape."""
    values = torch.randint(256, (s.n, 24, 32, 3), generator=seeded(), dtype=torch.uint8)
    values = values.to(device)
    weights = np.full(s.n, 1 / s.n)
    return Case(None, None, (), lambda _: lip_sync.weighted_median(values, weights))


def pose_net(s, device):
    """Lesson 24a's step and what its maps are read into."""
    seeded()
    side = s.film
    pictures = np.zeros((4, side, side, 3), np.uint8)
    points = np.random.default_rng(0).uniform(0.2, 0.8, (4, 17, 2)).astype(np.float32) * side
    films = pose_training.Films(pictures, np.ones((4, side, side), bool), points)
    grounds = torch.zeros(3, 3, 2 * s.size, 2 * s.size, dtype=torch.uint8)
    batch = moved(pose_training.pose_batch(seeded(), films, grounds, s.batch, s.size), device)
    films, grounds = films.to(device), grounds.to(device)

    def anew(generator):
        return pose_training.pose_batch(generator, films, grounds, s.batch, s.size)

    net = made(PoseNet, device, s.c)
    return Case(net, pose_training.pose_step, batch, lambda net: decode(net(batch[0])), anew)


def lifter(s, device):
    """Lesson 24b's step and its answer."""
    points = torch.randn(16, 17, 3, generator=seeded()) * 0.3 - torch.tensor([0.0, 0.0, 4.0])
    batch = moved((points, 0.02 * torch.randn(16, 17, 2, generator=seeded())), device)
    net = made(motion_capture.Lifter, device, 64)
    answer = lambda net: net(motion_capture.project(batch[0]))
    return Case(net, motion_capture.lift_step, batch, answer)


def dancer(s, device):
    """Lesson 25a's step against both critics, and a frame."""
    g = seeded()
    pictures = [torch.rand(2, 3, 64, 64, generator=g) for _ in range(5)]
    sticks, frames, start = moved((pictures[:2], pictures[2:4], pictures[4]), device)
    critics = made(everybody_dance.Critics, device)
    eyes = made(everybody_dance.PoseFeatures, device)

    def step(net, sticks, frames, start):
        loss, drawn = everybody_dance.generator_loss(net, critics, eyes, sticks, frames, start)
        return loss + everybody_dance.critics_loss(critics, sticks, frames, drawn)

    net = made(everybody_dance.Generator, device, 8)
    return Case(net, step, (sticks, frames, start), lambda net: net(sticks[0], start))


def portrait(s, device):
    """Lesson 06a's two losses, and a portrait."""
    labels = torch.randint(12, (s.batch + 1, s.size, s.size), generator=seeded())
    x = pix2pix.as_sheets(labels.numpy())
    batch = moved((x, torch.rand(len(x), 3, s.size, s.size, generator=seeded())), device)
    critic = made(pix2pix.PatchGAN, device)

    def step(net, x, y):
        drawn = torch.tanh(net(x))
        pairs = [torch.cat([x, p], 1) for p in (drawn, drawn.detach(), y)]
        said = [pix2pix.verdict(critic(p), goal) for p, goal in zip(pairs, (1.0, 0.0, 1.0))]
        return sum(said) + 100 * (drawn - y).abs().mean()

    return Case(made(pix2pix.UNet, device), step, batch, lambda net: torch.tanh(net(batch[0])))


def deferred(s, device):
    """Lesson 15's loss with its gradient into texture and renderer, and a frame."""
    g = seeded()
    y = 0.5 + 0.5 * torch.rand(2, 3, s.size, s.size, generator=g)  # brighter than its first frame
    uv = torch.rand(2, 2 * s.size, 2 * s.size, 2, generator=g)
    way = F.normalize(torch.randn(2, 3, generator=g), dim=1)
    uv, way, y = moved((uv, way, y), device)

    def build():
        renderer = neural_textures.unet(s.size, None)
        return neural_textures.Deferred(renderer, neural_textures.NeuralTexture())

    def step(net, uv, way, y):
        loss = neural_textures.texture_loss(*net(uv, way), y, torch.ones_like(y[:, :1]))
        return loss + 1e-3 * net.texture.cost()

    return Case(made(build, device), step, (uv, way, y), lambda net: net(uv, way)[0])


def lecturer(s, device):
    """Lesson 28's chain: a code from figures, the loss of a voice, a frame."""
    g = seeded()
    figures = torch.rand(2, 3, 64, 64, generator=g)
    rows = torch.randn(2, 20, 160, generator=g)
    noise = torch.randn(2, figure_codes.CODE, generator=g)
    figures, rows, noise = moved((figures, rows, noise), device)

    def step(net, figures, rows, noise):
        shares = net.album.shares(figures)
        out, mean, log_variance = net.vae(shares, noise)
        sketch = net.film_album(net.sketcher(out))
        said = net.listener(rows)
        loss = (out - shares).square().mean() + figure_codes.kl(mean, log_variance).mean()
        return loss + net.finisher(figures, sketch).mean() + lumierenet.code_loss(said, 0 * said)

    def infer(net):
        return net.film_album(net.vae.decoder(net.listener(rows)[:, 0]))

    net = made(lumierenet.untrained, device, s.c)
    return Case(net.eval(), step, (figures, rows, noise), infer)


def mouth(s, device):
    """Lesson 00's loss of one step, and what is read."""
    g = seeded()
    x = torch.randn(32, start_here.HEIGHT, start_here.WIDTH, generator=g)
    batch = moved((x, torch.rand(32, 1, generator=g)), device)

    def step(net, x, openings):
        return (net(x) - openings).abs().mean()

    net = made(start_here.opening_reader, device)
    return Case(net, step, batch, lambda net: net(batch[0]))


# name: (lesson, build, why it cannot run on meta or None)
CASES = {
    "00 mouth": ("00_start_here", mouth, None),
    "02c landmark fit": ("02_faces_in_3d/02c_from_a_frame_to_a_face", landmark_fit, None),
    "02c photo fit": (
        "02_faces_in_3d/02c_from_a_frame_to_a_face",
        photo_fit,
        "the rasteriser asks which pixels are covered: nonzero",
    ),
    "03 landmark net": ("03_finding_faces", landmark_net, None),
    "03 detector": ("03_finding_faces", detector, None),
    "04 phoneme net": ("04_sound_of_speech", phoneme_net, None),
    "06 pix2pix": ("06_pix2pix", portrait, None),
    "09 DF": ("09_deepfakes", swap(deepfakes.DF), None),
    "09 LIAE": ("09_deepfakes", swap(taken_apart.LIAE), None),
    "11 tracker": ("11_face2face", tracker, None),
    "15 neural texture": ("15_neural_textures", deferred, None),
    "24 pose net": ("24_finding_poses", pose_net, None),
    "24 lifter": ("24_finding_poses", lifter, None),
    "25 dancer": (
        "25_everybody_dance_now",
        dancer,
        "the critics look where the figure is: nonzero",
    ),
    "28 lecturer": ("28_lumierenet/28b_a_voice_that_lectures", lecturer, None),
    "18 lips": ("18_synthesizing_obama", lips, None),
    "18 patches": ("18_synthesizing_obama", lip_patches, None),
}
