"""Train the checkpoints that ship with the course: the recipes of lessons 03 and 04, longer.  `make checkpoints`

Films 360 actors, trains the landmark network and the detector, and writes course_lib/media/faces.safetensors: about an hour on two
cores. Lets eight voices read, trains the phoneme network, and writes course_lib/media/phonemes.safetensors: a quarter of an hour.
The films and the state of the training lie in `--work`: a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch

from course_lib import studio
from course_lib.taught import face_training, finding_faces, listening, sound_of_speech

ROOT = Path(__file__).resolve().parents[1]
PATH = ROOT / "course_lib" / "media" / "faces.safetensors"
SHA256 = "7ef713a67d37682061d8227c0169707cf774b8ad0fe8c13d9e02697393033276"  # of the file in the repository
RECIPE = dict(
    actors=[1000, 1360], shots=24, grounds=600, batch=64, landmark_steps=2400, landmark_seed=0, detector_steps=1200, detector_seed=1
)

PHONEMES = PATH.with_name("phonemes.safetensors")
PHONEMES_SHA256 = "b286b09a0d2ff2870573ffa93d17e698ba1a768fbbc1d685669e7431d83230c9"  # of the file in the repository
PHONEMES_RECIPE = dict(sentences=3000, seed=4, hidden=128, steps=3000, batch=48, net_seed=4)


def phonemes(work, recipe=PHONEMES_RECIPE, path=PHONEMES):
    """Follow the recipe of lesson 04 -> the SHA-256 of the file it wrote, in half precision."""
    from safetensors.torch import save_file

    voices = [v for v in studio.VOICES if v not in listening.HELD_OUT]
    lessons = listening.readings(recipe["sentences"], recipe["seed"], voices)
    torch.manual_seed(recipe["net_seed"])
    net = sound_of_speech.PhonemeNet(recipe["hidden"])
    listening.fit(net, lessons, recipe["steps"], recipe["batch"], seed=recipe["seed"], resume=work / "phonemes.safetensors", save_every=200)
    save_file(
        {k: v.half().contiguous() for k, v in net.state_dict().items()}, path, metadata={"recipe": json.dumps(recipe, sort_keys=True)}
    )
    return hashlib.sha256(path.read_bytes()).hexdigest()


def faces(work, recipe=RECIPE, path=PATH):
    """Follow the recipe -> the SHA-256 of the file it wrote."""
    work.mkdir(parents=True, exist_ok=True)
    films = work / "films.npz"
    if not films.exists():
        np.savez(films, **face_training.film_faces(range(*recipe["actors"]), recipe["shots"]))
    with np.load(films) as z:
        data = face_training.Faces(**{k: z[k] for k in z.files})
    grounds = face_training.scenes(recipe["grounds"])
    torch.manual_seed(67280421310721)  # a fresh process's seed: the first weights do not depend on whether the films were there
    keep = lambda name: dict(resume=work / f"{name}.safetensors", save_every=100)
    landmarks, _ = face_training.fit_landmarks(
        data, grounds, recipe["landmark_steps"], recipe["batch"], recipe["landmark_seed"], **keep("landmarks")
    )
    detector, _ = face_training.fit_detector(
        data, grounds, recipe["detector_steps"], recipe["batch"], recipe["detector_seed"], **keep("detector")
    )
    finding_faces.FaceFinder(detector, landmarks, data.mean).save(path, **recipe, torch=torch.__version__)
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=ROOT / "checkpoints", help="films and half-trained networks")
    parser.add_argument("--only", choices=("faces", "phonemes"), help="train one of the two")
    args = parser.parse_args()
    for train_it, path in ((faces, PATH), (phonemes, PHONEMES)):
        if args.only in (None, train_it.__name__):
            print(f"{path.name}: sha256 {train_it(args.work)}")
