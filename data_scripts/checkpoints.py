"""Train the checkpoints that ship with the course: lesson 03's recipe, longer.  `make checkpoints`

Films 360 actors, trains the landmark network and the detector, and writes course_lib/media/faces.safetensors. About an hour on
two cores. The films and the state of the training lie in `--work`: a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
import torch

from course_lib.taught import face_training, finding_faces

ROOT = Path(__file__).resolve().parents[1]
PATH = ROOT / "course_lib" / "media" / "faces.safetensors"
SHA256 = "7ef713a67d37682061d8227c0169707cf774b8ad0fe8c13d9e02697393033276"  # of the file in the repository
RECIPE = dict(actors=[1000, 1360], shots=24, grounds=600, batch=64, landmark_steps=2400, landmark_seed=0, detector_steps=1200, detector_seed=1)


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
    args = parser.parse_args()
    print(f"{PATH.name}: sha256 {faces(args.work)}")
