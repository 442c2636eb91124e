"""`cast(seed)` draws an adult of any sex, age, build and skin, and dresses them for the camera."""

from __future__ import annotations

import zlib
from functools import partial

import numpy as np
import torch

from ..human import features, load
from .actor import ROOTS, Actor
from .head import CLOTH_KINDS
from .wardrobe import PRINTS

HAIR_COLOURS = dict(
    black=(0.012, 0.010, 0.009),
    darkbrown=(0.030, 0.018, 0.011),
    brown=(0.075, 0.040, 0.020),
    auburn=(0.14, 0.042, 0.016),
    blond=(0.36, 0.23, 0.10),
    grey=(0.30, 0.29, 0.28),
    white=(0.58, 0.56, 0.53),
)
IRIS = dict(
    brown=(0.085, 0.035, 0.014),
    hazel=(0.14, 0.085, 0.030),
    green=(0.12, 0.15, 0.065),
    blue=(0.13, 0.22, 0.34),
    grey=(0.20, 0.23, 0.25),
)
FABRICS = (
    (0.05, 0.09, 0.20),
    (0.42, 0.06, 0.06),
    (0.06, 0.19, 0.12),
    (0.55, 0.53, 0.48),
    (0.035, 0.036, 0.04),
    (0.45, 0.30, 0.09),
    (0.13, 0.10, 0.25),
    (0.07, 0.25, 0.32),
    (0.50, 0.22, 0.20),
    (0.22, 0.22, 0.24),
)
SKIRT_PRINTS = ("plain", "dots", "checks", "hoops", "stripes")
BARE_ARMS = ("crew", "vneck", "stripes")  # the tops with short sleeves
# Under this number the first forty actors are as mixed as the thousands after them, in sex, age,
# skin and hair; lessons choose their people from those.
HOUSE = 9
YOUNGEST, OLDEST = 0.67, 1.0  # adults on the body model's age scale


def stream(seed, trait):
    """The random stream of one trait of one actor, so that a new trait changes nobody."""
    return np.random.default_rng([HOUSE, seed, zlib.crc32(trait.encode())])


def cast(seed: int) -> Actor:
    """Draw an adult actor: the same person for the same seed, always, and others for other seeds.

    seed: a whole number of 0 or more. Returns an Actor. Each trait has a random stream of its own.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"cast needs a whole number of 0 or more as its seed, not {seed!r}.")
    seed = int(seed)
    draw = partial(stream, seed)
    phenotypes = draw_phenotypes(draw)
    identity, body = draw_shape(draw, phenotypes)
    look = dict(seed=seed * 101 + 11)  # of the noise in the textures
    look |= draw_skin(draw, phenotypes)
    look |= draw_hair(draw, phenotypes, look["melanin"])
    look |= draw_face(draw, phenotypes, look["melanin"])
    look |= draw_clothes(draw, phenotypes)
    look |= draw_outfit(draw, phenotypes, look["cloth"])
    return Actor(seed, phenotypes, identity, body, look)


def is_woman(phenotypes):
    return phenotypes["gender"] > 0.5


def oldness(phenotypes):
    """0 for the youngest adult, 1 for the oldest."""
    return (phenotypes["age"] - YOUNGEST) / (OLDEST - YOUNGEST)


def is_dark(phenotypes, melanin):
    """Whether hair and eyes come from the dark end only."""
    return melanin > 0.42 or phenotypes["asian"] > 0.55


def draw_phenotypes(draw):
    """The body model's nine dials, each in 0..1; most people are clearly a woman or a man."""
    female = draw("sex").random() < 0.5
    ambiguity = 0.12 * draw("gender").random()
    origin = draw("origin").dirichlet((0.55, 0.55, 0.55))
    return dict(
        gender=float(1 - ambiguity if female else ambiguity),
        age=float(YOUNGEST + 0.31 * draw("age").random() ** 1.4),
        muscle=float(draw("muscle").uniform(0.35, 0.7)),
        weight=float(draw("weight").uniform(0.3, 0.7)),
        height=float(draw("height").uniform(0.35, 0.65)),
        proportions=float(draw("proportions").uniform(0.45, 0.85)),
        african=float(origin[0]),
        asian=float(origin[1]),
        caucasian=float(origin[2]),
    )


def draw_shape(draw, phenotypes):
    """Head scores (80,) and body scores (24,): what phenotypes foretell, and what is one's own."""
    h = load()
    f = features([phenotypes[k] for k in h.phenotypes])

    def own(trait, residual):
        z = draw(trait).standard_normal(len(residual)).clip(-2, 2)
        return residual * torch.as_tensor(z, dtype=torch.float32)

    identity = f @ h.head_from_phenotypes + 0.75 * own("identity", h.head_residual)
    body = f @ h.body_from_phenotypes + 0.4 * own("body", h.body_residual)
    return identity.clamp(-2.6, 2.6), body.clamp(-2.6, 2.6)


def draw_skin(draw, phenotypes):
    origin = [phenotypes[k] for k in ("african", "asian", "caucasian")]
    typical = float(np.dot(origin, (0.74, 0.27, 0.10)))
    melanin = float(np.clip(typical + draw("melanin").normal(0, 0.07), 0.02, 0.92))
    return dict(
        melanin=melanin,
        blood=float(draw("blood").uniform(0.22, 0.42)),
        flush=float(draw("flush").uniform(0.3, 1.0)),
        freckles=float(draw("freckles").random() ** 3 * (melanin < 0.3)),
        moles=float(draw("moles").random() < 0.35),
        age=oldness(phenotypes),
    )


def draw_hair_colour(draw, phenotypes, melanin):
    """The name the hair was born with and the name it has now: both keys of HAIR_COLOURS."""
    names = ["black", "darkbrown"]
    if not is_dark(phenotypes, melanin):
        names += ["brown", "brown", "auburn", "blond"]
    born = str(draw("hair colour").choice(names))
    old = oldness(phenotypes)
    if old > 0.55 and draw("greying").random() < 0.7:
        white = old > 0.8 and draw("whitening").random() < 0.5
        return born, "white" if white else "grey"
    return born, born


def draw_hair_kind(draw, phenotypes):
    curly = phenotypes["african"] > 0.5
    if is_woman(phenotypes):
        kinds = ["bob", "long", "long", "bun", "short"] + ["curly"] * (3 * curly)
    else:
        kinds = ["short", "short", "quiff", "buzz"]
        if oldness(phenotypes) > 0.4:
            kinds += ["bald", "buzz"]
        if curly:
            kinds += ["curly", "buzz"]
    return str(draw("hair kind").choice(kinds))


def draw_hair(draw, phenotypes, melanin):
    """Hair on the head, over the eyes and on the chin."""
    woman = is_woman(phenotypes)
    kind = draw_hair_kind(draw, phenotypes)
    born, name = draw_hair_colour(draw, phenotypes, melanin)
    colour = np.array(HAIR_COLOURS[name]) * draw("hair brightness").uniform(0.85, 1.2)
    # brows keep some of the colour that the hair has lost
    base = np.array(HAIR_COLOURS[born if born == name else "darkbrown"])
    beard = draw("beard").choice([0.04, 0.12, 0.22, 0.5, 0.8], p=[0.3, 0.25, 0.2, 0.15, 0.1])
    return dict(
        hair=kind,
        roots=ROOTS[kind],
        hair_colour=colour.tolist(),
        volume=float(draw("hair volume").uniform(0.8, 1.25)),
        parting=float(draw("parting").choice([-1.0, 1.0])),
        brow_colour=(0.45 * colour + 0.35 * base).tolist(),
        brow_height=float(draw("brow height").uniform(-0.0012, 0.0016)),
        brow_arch=float(draw("brow arch").uniform(-0.15, 0.7) + 0.3 * woman),
        brow_thickness=float(draw("brow thickness").uniform(0.8, 1.25) * (0.78 if woman else 1.08)),
        brow_strength=float(draw("brow strength").uniform(0.68, 0.92)),
        beard=0.0 if woman else float(beard),
    )


def draw_face(draw, phenotypes, melanin):
    """Lips, lashes, eyes and teeth."""
    woman = is_woman(phenotypes)
    irises = ["brown", "hazel", "green", "blue", "blue", "grey"]
    if is_dark(phenotypes, melanin):
        irises = ["brown"]
    iris = np.array(IRIS[str(draw("iris").choice(irises))])
    made_up = woman and draw("eye shadow").random() < 0.4
    return dict(
        lips=float(draw("lips").uniform(0.28, 0.5) + 0.22 * woman * draw("lipstick").random()),
        lash=0.62 + 0.38 * woman,
        lash_length=float(0.22 + 0.28 * woman * draw("lashes").random()),
        shadow=0.35 * made_up,
        shadow_colour=[0.55, 0.45, 0.50],
        iris=(iris * draw("iris brightness").uniform(0.8, 1.25)).tolist(),
        pupil=float(draw("pupil").uniform(0.17, 0.24)),
        teeth=float(draw("teeth").uniform(0.85, 1.0)),
        gold=0,  # upper teeth made of it, from the middle outwards: nobody's, unless asked for
    )


def draw_clothes(draw, phenotypes):
    """One kind of upper garment, and five fabrics of different colour."""
    cloth = str(draw("cloth").choice(CLOTH_KINDS))
    order = draw("fabrics").permutation(len(FABRICS))

    def dye(k, garment):
        return np.array(FABRICS[order[k]]) * draw(f"{garment} brightness").uniform(0.8, 1.2)

    main = dye(0, "cloth")
    second = dye(1, "second")
    trousers = dye(2, "trousers")
    shoes = dye(3, "shoes")
    tie = dye(4, "tie")
    if cloth == "jacket":
        second = np.full(3, 0.62)  # a white shirt under it
    return dict(
        cloth=cloth,
        cloth_colour=main.clip(0.02, 0.75).tolist(),
        second_colour=second.clip(0.02, 0.75).tolist(),
        trouser_colour=(0.6 * trousers).clip(0.02, 0.5).tolist(),
        shoe_colour=(0.35 * shoes).clip(0.015, 0.3).tolist(),
        tie=bool(draw("tie").random() < 0.5 and not is_woman(phenotypes)),
        tie_colour=tie.clip(0.03, 0.6).tolist(),
    )


def draw_outfit(draw, phenotypes, cloth):
    """What only a film of the whole body shows: prints, sleeves, what hangs from the waist."""
    order = draw("outfit fabrics").permutation(len(FABRICS))

    def dye(k, garment):
        brightness = draw(f"{garment} brightness").uniform(0.8, 1.3)
        return (np.array(FABRICS[order[k]]) * brightness).clip(0.02, 0.75).tolist()

    printed = dict(stripes=("hoops",), shirt=("plain", "checks", "dots"), jacket=("plain",))
    kinds = printed.get(cloth, PRINTS)
    skirted = is_woman(phenotypes) and draw("skirt").random() < 0.5
    coated = draw("coat").random() < (0.8 if cloth == "jacket" else 0.2)
    legs = str(draw("legs print").choice(("plain", "plain", "seam", "checks", "stripes")))
    pale = draw("print paleness").random() < 0.6
    return dict(
        print=str(draw("print").choice(kinds)),
        print_colour=[0.66, 0.64, 0.60] if pale else dye(0, "print"),
        sleeves="short" if cloth in BARE_ARMS and (skirted or not coated) else "long",
        legs_print=legs,
        garment="skirt" if skirted else "coat" if coated else "none",
        garment_length=float(draw("garment length").uniform(0.48, 0.68)),
        skirt_colour=dye(1, "skirt"),
        skirt_print=str(
            draw("skirt print").choice(("plain", "dots", "checks", "hoops", "stripes"))
        ),
        bare_legs=bool(skirted and draw("bare legs").random() < 0.5),
        tights_colour=[0.03, 0.03, 0.035] if draw("tights").random() < 0.5 else dye(2, "tights"),
    )
