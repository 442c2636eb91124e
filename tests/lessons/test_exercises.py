"""Every exercise: the solution passes its check, and planted wrong answers are refused with a sentence."""

import ast
import json

import pytest
from support import ROOT, cells

# wrong answers that differ in one place
PULL = (
    "tau = ((start + end) / 2)[:, None] - times; d = np.maximum(np.abs(tau) - {2} * (end - start)[:, None], 0); "
    "D = alpha[:, None] * np.exp(-np.where(tau > 0, {1}) * d); return {0}"
)
SILENCE = """out = [list(p) for p in phonemes]
    for before, now in zip(out, out[1:]):
        if {0}: continue
        floor, moved = max({1}, before[1] + {2} * (before[2] - before[1])), now[1]
        while moved - 0.005 >= floor and np.abs(x[round(moved * 16000) - 80 : round(moved * 16000)]).max() < 0.01: moved -= 0.005
        {3}now[1] = moved
    return [tuple(p) for p in out]"""
STOP = "now[0] not in ('p', 't', 'k') or before[0].startswith('_')"
ROUND = """def law(v):
        rates = dominance(v)
        if {0}: rates[3] = ({1})
        return rates
    s = next(a for p, a, _ in phonemes if p == 's')
    return float(articulators(phonemes, [s], law=law)[0, {2}])"""
EFFECTIVE = """d2 = {0}
    low, high = 1e-4 * np.mean(distance), 1e4 * np.mean(distance)
    for _ in range(80):
        sigma = np.sqrt(low * high)
        w = np.exp(-d2 / (2 * sigma**2)); w = w / max(w.sum(), 1e-300)
        low, high = (sigma, high) if 1 / max(np.square(w).sum(), 1e-300) < wanted else (low, sigma)
    {1}"""
RULES = "not np.isin(steps, (0, 1)).all() or ((steps[1:] == 0) & (steps[:-1] == 0)).any()"
BILL = """path, V = np.asarray(path), np.asarray(V)
    steps = np.diff(path)
    if {0}: return np.inf
    again = path[1:][steps == 0]
    return costs(A, V)[np.arange(len(path)), path].sum() + alpha_S * {1}"""
# lesson, exercise -> wrong answers and words that the check must say
WRONG = {
    ("00_start_here", "film_question"): [
        (
            "return studio.film(studio.cast(3), studio.perform('Are you real?', voice='grace'), size=256)",
            "128",
        ),
        (
            "return studio.film(studio.cast(4), studio.perform('Are you real?', voice='grace'), size=128)",
            "actor 4",
        ),
        (
            "return studio.film(studio.cast(3), studio.perform('Are you real?', voice='adam'), size=128)",
            "grace",
        ),
        ("return studio.film(studio.cast(3), size=128)", "silent"),
        ("return None", "Clip"),
    ],
    ("00_start_here", "closed_share"): [
        (
            "p = truth['landmarks']; return float((np.linalg.norm(p[:, 62] - p[:, 66], axis=1) < 5).mean())",
            "mouth's width",
        ),
        (
            "p = truth['landmarks']; g = p[:, 66, 1] - p[:, 62, 1]; return float((g < 0.05 * np.linalg.norm(p[:, 48] - p[:, 54], axis=1)).mean())",
            "y alone",
        ),
        (
            "p = truth['landmarks']; return float((np.linalg.norm(p[:, 62] - p[:, 66], axis=1) < 0.5 * np.linalg.norm(p[:, 48] - p[:, 54], axis=1)).mean())",
            "toy clip",
        ),
        ("return None", "nothing"),
    ],
    ("00_start_here", "believe"): [
        ("return 'intact'", "altered"),
        (
            "return {'none': 'unmarked', 'broken': 'unmarked'}.get(mark.verify(path).state, 'intact')",
            "altered",
        ),
        ("return {'broken': 'altered'}.get(mark.verify(path).state, 'intact')", "unmarked"),
    ],
    ("02_faces_in_3d", "covered_mask"): [
        (
            "x, y = torch.arange(size).float().expand(size, size), torch.arange(size).float()[:, None].expand(size, size); a, b, c = tri; "
            "return (torch.stack([cross2(a, b, (x, y)), cross2(b, c, (x, y)), cross2(c, a, (x, y))]) >= 0).all(0)",
            "other order",
        ),
        (
            "x, y = torch.arange(size).float()[:, None].expand(size, size), torch.arange(size).float().expand(size, size); a, b, c = tri; "
            "e = torch.stack([cross2(a, b, (x, y)), cross2(b, c, (x, y)), cross2(c, a, (x, y))]); return (e >= 0).all(0) | (e <= 0).all(0)",
            r"\[y, x\]",
        ),
        (
            "x, y = torch.arange(size).float().expand(size, size), torch.arange(size).float()[:, None].expand(size, size); a, b, c = tri; "
            "e = torch.stack([cross2(a, b, (x, y)), cross2(b, c, (x, y)), cross2(c, a, (x, y))]); return (e > 0).all(0) | (e < 0).all(0)",
            "corner",
        ),
        ("return None", "nothing"),
    ],
    ("02_faces_in_3d", "perspective"): [
        ("return b @ values", "affine"),
        ("return (b / w) @ values", "corner"),
        ("s = b * w; return s @ values / s.sum(1, keepdim=True)", "inside"),
    ],
    ("02_faces_in_3d", "soft_row"): [
        ("return (torch.arange(size) <= edge).float()", "sum"),
        ("return (edge + 0.5 - torch.arange(size)).clamp(0, 1).detach()", "no gradient"),
        (
            "row = (torch.arange(size) <= edge).float(); k = int(edge.detach().floor()); d = torch.zeros(size); d[k] = 1; return row + d * (edge - k - 0.5)",
            "0..1",
        ),
        ("return torch.sigmoid(8 * (edge - torch.arange(size)))", "sum"),
    ],
    ("02_faces_in_3d", "turn_light"): [
        ("return light", "shading"),
        (
            "n = F.normalize(torch.randn(400, 3, generator=torch.Generator().manual_seed(0)), dim=1); return torch.linalg.lstsq(sh_basis(n), sh_basis(n @ R.T) @ light).solution",
            "wrong way",
        ),
        ("out = light.clone(); out[1:4] = R @ light[1:4]; return out", "shading"),
        ("return 2 * light", "how much light"),
    ],
    ("03_finding_faces", "weighted_umeyama"): [
        ("return umeyama(p, q)", "numerical optimiser"),
        (
            "w = w / w.sum(); a, b = w @ p, w @ q; U, s, Vt = np.linalg.svd((q - b).T @ ((p - a) * w[:, None])); R = U @ Vt; "
            "k = s.sum() / (w @ np.square(p - a).sum(1)); return np.concatenate([k * R, (b - k * R @ a)[:, None]], 1)",
            "mirror image",
        ),
        (
            "w = w / w.sum(); a, b = w @ p, w @ q; U, s, Vt = np.linalg.svd((q - b).T @ ((p - a) * w[:, None])); S = np.diag([1.0, np.sign(np.linalg.det(U @ Vt))]); "
            "R = U @ S @ Vt; return np.concatenate([R, (b - R @ a)[:, None]], 1)",
            "without noise",
        ),
        (
            "a, b = (w @ p) / w.sum(), (w @ q) / w.sum(); U, s, Vt = np.linalg.svd((q - b).T @ ((p - a) * w[:, None])); S = np.diag([1.0, np.sign(np.linalg.det(U @ Vt))]); "
            "R = U @ S @ Vt; k = np.trace(np.diag(s) @ S) / np.square(p - a).sum(1).mean(); return np.concatenate([k * R, (b - k * R @ a)[:, None]], 1)",
            "noise|equal weights|seven times",
        ),
    ],
    ("03_finding_faces", "heat_map"): [
        (
            "u = torch.arange(size); return -((u - x * size) ** 2 + (u[:, None] - y * size) ** 2) / (2 * sigma**2)",
            "half a cell",
        ),
        (
            "u = torch.arange(size) + 0.5; return -((u - y * size) ** 2 + (u[:, None] - x * size) ** 2) / (2 * sigma**2)",
            "soft-argmax",
        ),
        (
            "u = torch.arange(size) + 0.5; return -((u - x * size) ** 2 + (u[:, None] - y * size) ** 2) / sigma**2",
            "variance",
        ),
        (
            "u = torch.arange(size) + 0.5; return torch.exp(-((u - x * size) ** 2 + (u[:, None] - y * size) ** 2) / (2 * sigma**2))",
            "soft-argmax",
        ),
    ],
    ("03_finding_faces", "overlap"): [
        (
            "a, b = a[:, None], b[None]; s = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]); c = s[..., 0] * s[..., 1]; "
            "k = lambda x: (x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1]); return c / (k(a) + k(b) - c)",
            "clip first",
        ),
        (
            "a, b = a[:, None], b[None]; s = (np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])).clip(0); c = s[..., 0] * s[..., 1]; "
            "k = lambda x: (x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1]); return c / (k(a) + k(b))",
            "itself",
        ),
        (
            "a, b = b[:, None], a[None]; s = (np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])).clip(0); c = s[..., 0] * s[..., 1]; "
            "k = lambda x: (x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1]); return c / (k(a) + k(b) - c)",
            "the table",
        ),
    ],
    ("04_sound_of_speech", "cepstrum_of"): [
        ("return None", "nothing"),
        (
            "return torch.from_numpy(dct(torch.log(power + 1e-10).numpy(), axis=1, norm='ortho')[:, :kept])",
            "after the filters",
        ),
        (
            "return torch.from_numpy(dct((power @ filters.T).numpy(), axis=1, norm='ortho')[:, :kept])",
            "logarithm",
        ),
        (
            "return torch.from_numpy(dct(torch.log(power @ filters.T + 1e-10).numpy(), axis=1)[:, :kept])",
            "sqrt",
        ),
        (
            "return torch.from_numpy(dct(torch.log(power @ filters.T + 1e-10).numpy(), axis=1, norm='ortho'))",
            "shape",
        ),
    ],
    ("04_sound_of_speech", "pull"): [
        ("return None", "nothing"),
        (
            PULL.format("(D * target[:, None]).sum(0)", "before[:, None], after[:, None]", "0.2"),
            "sum of D",
        ),
        (
            PULL.format(
                "(D * target[:, None]).sum(0) / D.sum(0)", "after[:, None], before[:, None]", "0.2"
            ),
            "swapped",
        ),
        (
            PULL.format(
                "(D * target[:, None]).sum(0) / D.sum(0)", "before[:, None], after[:, None]", "0.0"
            ),
            "0.2 lengths",
        ),
        (
            PULL.format("target[D.argmax(0)]", "before[:, None], after[:, None]", "0.2"),
            "mean of the targets",
        ),
    ],
    ("04_sound_of_speech", "give_silence"): [
        ("return None", "as many"),
        ("return phonemes", "silent from"),
        (
            SILENCE.format("now[0] not in ('p', 't', 'k')", "now[1] - 0.09", 0.4, "before[2] = "),
            "follows a pause",
        ),
        (SILENCE.format(STOP, "0", 0.4, "before[2] = "), "at most 90 ms"),
        (SILENCE.format(STOP, "now[1] - 0.09", 0.0, "before[2] = "), "40 %"),
        (SILENCE.format(STOP, "now[1] - 0.09", 0.4, ""), "must end where"),
    ],
    ("04_sound_of_speech", "roundness"): [
        ("return None", "nothing"),
        (ROUND.format("v == 'UW'", "rates[3][0], rates[3][1], theta", 3), "before"),
        (ROUND.format("True", "rates[3][0], theta, rates[3][2]", 3), "studio's own rate"),
        (ROUND.format("v == 'UW'", "rates[3][0], theta, rates[3][2]", 4), "pucker"),
        ("return float(articulators(phonemes, [phonemes[0][1]])[0, 3])", "start of the s"),
    ],
    ("09_deepfakes", "pair_without_margin"): [
        (
            "n, size = len(crops), crops.shape[-1]; w = middle(size, 1.0); at = w.view(1, size, size, 2).expand(n, -1, -1, -1) * 2 - 1; "
            "bent = F.grid_sample(noisy.view(n, 5, 5, 2).permute(0, 3, 1, 2), at, align_corners=True).permute(0, 2, 3, 1).reshape(n, -1, 2); "
            "return see(crops, bent, size), crops",
            "turn, zoom or shift",
        ),
        (
            "n, size = len(crops), crops.shape[-1]; w = middle(size, 1.0); at = w.view(1, size, size, 2).expand(n, -1, -1, -1) * 2 - 1; "
            "bent = F.grid_sample(noisy.view(n, 5, 5, 2).permute(0, 3, 1, 2), at, align_corners=True).permute(0, 2, 3, 1).reshape(n, -1, 2); "
            "x = see(crops, bent, size); return x, x",
            "target not",
        ),
        (
            "nodes = nodes.expand_as(noisy); return warp_pair(crops, nodes[0], noisy, crops.shape[-1])",
            "crop itself",
        ),
        ("return crops", "two pictures"),
    ],
    ("09_deepfakes", "wire"): [
        (
            "E = df.encoders[0]; h, k = liae.encoder(x_A), liae.encoder(x_B); o, b = liae.inner['A'], liae.inner['AB']; "
            "return df.decoders['A'](E(x_A)), df.decoders['B'](E(x_B)), liae.decoder(torch.cat([b(h), b(h)], 1)), liae.decoder(torch.cat([o(k), b(k)], 1))",
            "B's decoder",
        ),
        (
            "E = df.encoders[0]; h, k = liae.encoder(x_A), liae.encoder(x_B); o, b = liae.inner['A'], liae.inner['AB']; "
            "return df.decoders['B'](E(x_A)), df.decoders['A'](E(x_B)), liae.decoder(torch.cat([o(h), b(h)], 1)), liae.decoder(torch.cat([o(k), b(k)], 1))",
            "B's wiring",
        ),
        (
            "E = df.encoders[0]; h, k = liae.encoder(x_A), liae.encoder(x_B); o, b = liae.inner['A'], liae.inner['AB']; "
            "return df.decoders['B'](E(x_A)), df.decoders['A'](E(x_B)), liae.decoder(torch.cat([b(h), b(h)], 1)), liae.decoder(torch.cat([b(k), o(k)], 1))",
            "in this order",
        ),
    ],
    ("09_deepfakes", "soft_reinhard"): [
        (
            "w = mask[..., None] / mask.sum(); m = lambda x: (w * x).sum((0, 1)); s = lambda x: np.sqrt((w * (x - m(x)) ** 2).sum((0, 1))); "
            "return (face - m(face)) * s(face) / s(frame) + m(frame)",
            "frame over face",
        ),
        (
            "m = lambda x: x.mean((0, 1)); s = lambda x: x.std((0, 1)); return (face - m(face)) * s(frame) / s(face) + m(frame)",
            "black outside",
        ),
        (
            "f, b = face * mask[..., None], frame * mask[..., None]; return (face - f.mean((0, 1))) * b.std((0, 1)) / f.std((0, 1)) + b.mean((0, 1))",
            "black outside",
        ),
        (
            "w = mask[..., None] / mask.sum(); return face - (w * face).sum((0, 1)) + (w * frame).sum((0, 1))",
            "standard deviation",
        ),
    ],
    ("09_deepfakes", "poisson_row"): [
        ("return np.where(inside, face, frame)", "second differences"),
        ("return face", "outside"),
        (
            "n = len(face); A, b = np.eye(n), frame.astype(float).copy()\n    for i in np.flatnonzero(inside): A[i, i], A[i, i - 1], A[i, i + 1] = 2, -1, -1; b[i] = 0\n"
            "    return np.linalg.solve(A, b)",
            "second differences",
        ),
    ],
    ("09_deepfakes", "probe_codes"): [
        (
            "x, y = np.r_[a, b], np.r_[np.zeros(len(a)), np.ones(len(b))]; return roc_auc_score(y, LogisticRegression(max_iter=500).fit(x, y).decision_function(x))",
            "fitted to",
        ),
        (
            "c = LogisticRegression(max_iter=500).fit(np.r_[a[::2], b[::2]], np.r_[np.zeros(len(a[::2])), np.ones(len(b[::2]))]); "
            "return 1 - roc_auc_score(np.r_[np.zeros(len(a[1::2])), np.ones(len(b[1::2]))], c.decision_function(np.r_[a[1::2], b[1::2]]))",
            "almost 1",
        ),
        ("return None", "nothing"),
    ],
    ("11_face2face", "irls_weights"): [
        ("return 1 / r.square().sum(1).clamp(min=smallest**2)", "power"),
        ("return 1 / r.abs().mean(1).clamp(min=smallest)", "norm"),
        (
            "return torch.full((len(r),), float(r.norm(dim=1).sum() / r.square().sum()))",
            "single pixels",
        ),
        ("return 1 / r.norm(dim=1)", "infinity"),
        ("return None", r"shape \(\)"),
    ],
    ("11_face2face", "prior_rows"): [
        ("return delta**2 / sigma, torch.diag(2 * delta / sigma)", "squared twice"),
        ("return delta / sigma**2, torch.diag(1 / sigma**2)", "sigma twice"),
        ("return delta / sigma, torch.diag(1 / sigma**2)", "gradient"),
        ("return delta / sigma", "two things"),
    ],
    ("11_face2face", "make_transfer"): [
        (
            "a, b, c = (units[:, faces[:, k]] for k in range(3)); p = torch.linalg.pinv(torch.stack([b - a, c - a], 3).flatten(1).T); "
            "return lambda now: p @ (triangles(now, faces)[:, :, :2] - triangles(source, faces)[:, :, :2]).flatten()",
            "displacement",
        ),
        (
            "i, e = torch.linalg.inv(triangles(source, faces)), triangles(target, faces)[:, :, :2]; a, b, c = (units[:, faces[:, k]] for k in range(3)); "
            "return lambda now: torch.linalg.pinv(torch.stack([b - a, c - a], 3).flatten(1).T) @ (triangles(now, faces) @ i @ e - e).flatten()",
            "every frame",
        ),
        (
            "i, e = torch.linalg.inv(triangles(source, faces)), triangles(target, faces)[:, :, :2]; a, b, c = (units[:, faces[:, k]] for k in range(3)); "
            "p = torch.linalg.pinv(torch.stack([b - a, c - a], 1).flatten(1).T); return lambda now: p @ (triangles(now, faces) @ i @ e - e).flatten()",
            "same order",
        ),
        ("return None", "function"),
    ],
    ("11_face2face", "show_mouth"): [
        (
            "f = films['source']; return f['pictures'][((f['delta'] - query['delta']) ** 2).sum(1).argmin()]",
            "gold",
        ),
        (
            "f = films['target']; return f['pictures'][((f['delta'] - query['delta']) ** 2).sum(1).argmin()]",
            "does R count",
        ),
        (
            "f = films['target']; return f['pictures'][(((f['delta'] - query['delta']) ** 2).sum(1) + ((f['R'] - query['R']) ** 2).sum((1, 2))).argmin()]",
            "does points count",
        ),
        (
            "f = films['target']; return f['pictures'][sum(((f[k] - query[k]) ** 2).reshape(12, -1).sum(1) for k in ('delta', 'R', 'points')).argmin()]",
            "distances between",
        ),
        ("return None", "one picture"),
    ],
    ("18_synthesizing_obama", "make_pairs"): [
        ("return x", "two things"),
        ("return x, y", "43 pairs"),
        ("return x[: len(x) - d], y[d:]", "other way round"),
        ("return x[: len(x) - d], y[: len(y) - d]", "input time"),
        ("return x[d:], y[:-d]", "nothing is lost"),
    ],
    ("18_synthesizing_obama", "effective_weights"): [
        ("return None", "nothing"),
        ("return np.ones(len(distance)) / len(distance)", "effective number"),
        (
            "w = np.zeros(len(distance)); w[np.argsort(distance)[:25]] = 1 / 25; return w",
            "Gaussian",
        ),
        (
            EFFECTIVE.format(
                "np.square(distance) - np.square(distance).min()", "return np.sort(w)[::-1]"
            ),
            "keep the order",
        ),
        (EFFECTIVE.format("distance - distance.min()", "return w"), "Gaussian"),
        (
            EFFECTIVE.format(
                "np.square(distance) - np.square(distance).min()", "return w * len(w)"
            ),
            "sum of the weights",
        ),
        (EFFECTIVE.format("np.square(distance)", "return w"), "underflows"),
    ],
    ("18_synthesizing_obama", "weighted_quantile"): [
        ("return None", "nothing"),
        ("return np.quantile(values, q)", "heaviest value"),
        ("return float(np.average(values, weights=weights))", "sum of the weights|median"),
        (
            "k = np.argsort(values); return np.asarray(values)[k][np.searchsorted(np.cumsum(weights), q * np.sum(weights) - 1e-12)]",
            "go along",
        ),
        (
            "k = np.argsort(values); return np.asarray(values)[k][min(len(k) - 1, np.searchsorted(np.cumsum(np.asarray(weights)[k]), q))]",
            "divide by the sum",
        ),
    ],
    ("18_synthesizing_obama", "bill"): [
        ("return None", "nothing"),
        (BILL.format("False", "V[again].sum()"), "three times"),
        (BILL.format("((steps[1:] == 0) & (steps[:-1] == 0)).any()", "V[again].sum()"), "jumps"),
        (BILL.format(RULES, "0"), "a repeat pays"),
        (
            BILL.format(RULES, "V[again].sum()").replace(
                "costs(A, V)[np.arange(len(path)), path].sum()", "V[path][np.asarray(A) == 0].sum()"
            ),
            "rewarded",
        ),
    ],
}


def source(cell):
    return "".join(cell["source"])


class Lesson:
    """A lesson's imports and definitions, without running anything else."""

    def __init__(self, name):
        self.cells = [
            c
            for c in cells(ROOT / "notebooks" / name / f"{name}.ipynb")
            if c["cell_type"] == "code"
        ]
        self.scope = {"__name__": "lesson", "display": lambda *_: None}
        for c in self.cells:
            if "nbgrader" in c["metadata"]:
                continue
            tree = ast.parse("".join(line for line in c["source"] if not line.startswith("%")))
            for node in tree.body:
                names = [
                    n.id
                    for t in getattr(node, "targets", [])
                    for n in ast.walk(t)
                    if isinstance(n, ast.Name)
                ]
                constant = isinstance(node, ast.Assign) and all(
                    n.isupper() and len(n) > 1 for n in names
                )
                if constant or isinstance(
                    node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
                ):
                    try:
                        exec(compile(ast.Module([node], []), name, "exec"), self.scope)
                    except (
                        NameError
                    ):  # a default value from a cell that was not run: no check needs that function
                        continue

    def stub(self, grade_id):
        cell = next(
            c for c in self.cells if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
        )
        return source(cell)

    def check(self, grade_id):
        return self.stub(f"check_{grade_id}")


@pytest.fixture(scope="module")
def lesson_00(tmp_path_factory):
    from course_lib import mark, media, studio

    lesson = Lesson("00_start_here")
    folder = tmp_path_factory.mktemp("marked")
    clip = studio.film(studio.cast(7), studio.still(0.2), size=64)
    path = media.write(folder / "hello.mp4", clip)
    data = bytearray(path.read_bytes())
    data[data.index(b"mdat") + 200] ^= 1
    (folder / "altered.mp4").write_bytes(data)
    assert mark.verify(folder / "altered.mp4").state == "broken"
    lesson.scope |= dict(folder=folder, clip=clip)
    return lesson


@pytest.fixture(scope="module")
def lesson_02():
    return Lesson("02_faces_in_3d")


@pytest.fixture
def lessons(lesson_00, lesson_02):
    return {"00_start_here": lesson_00, "02_faces_in_3d": lesson_02} | {
        n: Lesson(n)
        for n in (
            "03_finding_faces",
            "04_sound_of_speech",
            "09_deepfakes",
            "11_face2face",
            "18_synthesizing_obama",
        )
    }


@pytest.mark.parametrize("name,exercise", list(WRONG), ids=lambda x: x)
def test_solution_passes_and_wrong_answers_fail(lessons, name, exercise, capsys):
    lesson = lessons[name]
    stub = lesson.stub(exercise)
    head = stub[: stub.index("### BEGIN SOLUTION")]
    exec(stub, lesson.scope)
    exec(lesson.check(exercise), lesson.scope)
    assert f"OK: {exercise}" in capsys.readouterr().out
    for wrong, words in WRONG[(name, exercise)]:
        exec(head + wrong + "\n", lesson.scope)
        with pytest.raises(AssertionError, match=words):
            exec(lesson.check(exercise), lesson.scope)


def test_every_exercise_is_covered():
    for n in sorted((ROOT / "notebooks").glob("*/*.ipynb")):
        graded = [
            c["metadata"]["nbgrader"]["grade_id"]
            for c in json.loads(n.read_text())["cells"]
            if c["metadata"].get("nbgrader", {}).get("solution")
        ]
        assert 3 <= len(graded) <= 5 and all((n.stem, g) in WRONG for g in graded)
        assert (
            "".join(source(c) for c in cells(n)).count("<summary>Hint")
            == len(graded)
            == "".join(source(c) for c in cells(n)).count("<summary>Solution")
        )
