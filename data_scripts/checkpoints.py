"""Train the networks that ship with the course: its lessons' recipes, longer.

make checkpoints [LESSON=03]

Lesson 03 films 360 actors and trains its landmark network and its detector: about an hour on two
cores. Lesson 04 lets eight voices read and trains its phoneme network: a quarter of an hour. The
results lie in course_lib/weights, with their recipes and hashes in its manifest. The films and the
state of the training lie in `--work`: a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

from course_lib import studio, weights
from course_lib.taught.foundations import finding_faces, sound_of_speech
from course_lib.taught.training import face_training, listening

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
    from safetensors.torch import save_file

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
    half = {k: v.half().cpu().contiguous() for k, v in net.state_dict().items()}
    save_file(half, path, metadata={"recipe": json.dumps(recipe, sort_keys=True)})


RECIPES = {"faces": faces, "phonemes": phonemes}


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
