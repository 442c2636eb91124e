"""The habits of a lesson as checks of its cells: each returns what breaks the habit, in words."""

import ast
import json
import re

from support import source

MACHINE = re.compile(r"/root\b|/home/|/Users/|/tmp/|/work/|[A-Z]:\\\\?Users|\.cache\b|/var/folders")
PICTURES = {"show": None, "plt": {"show", "imshow"}}  # None: every call of the module shows
CLIP_AT_THE_TOP = 400_000  # bytes


def code(cells):
    return [c for c in cells if c["cell_type"] == "code" and source(c).strip()]


def parsed(cell):
    """The statements of a cell, its magic lines left out."""
    lines = source(cell).splitlines()
    return ast.parse("\n".join("" if x.startswith(("%", "!")) else x for x in lines)).body


def first_line(cell):
    lines = [x for x in source(cell).splitlines() if x.strip() and not x.startswith("#|")]
    return lines[0] if lines else source(cell).strip()


def only_defines(cell):
    defined = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    body = parsed(cell)
    return all(isinstance(n, defined) for n in body) and any(
        isinstance(n, (ast.FunctionDef, ast.ClassDef)) for n in body
    )


def blind_definitions(cells):
    """Definition cells after a definition cell, neither with anything to look at."""
    blind = [only_defines(c) and not c.get("outputs") for c in code(cells)]
    return [first_line(c) for c, a, b in zip(code(cells)[1:], blind, blind[1:]) if a and b]


def run_calls(body):
    """The calls that run with the cell: those inside functions and classes do not."""
    for node in body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            if isinstance(node, ast.Call):
                yield node
            yield from run_calls(ast.iter_child_nodes(node))


def shows_a_picture(call):
    f = call.func
    if not isinstance(f, ast.Attribute) or not isinstance(f.value, ast.Name):
        return False
    names = PICTURES.get(f.value.id, ())
    return names is None or f.attr in names


def has_picture(output):
    data = output.get("data", {})
    html = "".join(data.get("text/html", ""))
    kinds = any(k.startswith("image/") or "widget-view" in k for k in data)
    return kinds or re.search(r"<(img|video|svg|canvas)\b", html) is not None


def pictures_not_seen(cells):
    """Cells that call for a picture and hold none."""
    return [
        first_line(c)
        for c in code(cells)
        if any(map(shows_a_picture, run_calls(parsed(c))))
        and not any(map(has_picture, c.get("outputs", [])))
    ]


def machine_paths(cells):
    """Outputs that tell where the author's files lie. Embedded files are no text."""
    found = []
    for c in cells:
        for output in c.get("outputs", []):
            text = output.get("text", "")
            data = output.get("data", {})
            kept = {k: v for k, v in data.items() if k.startswith("text/")}
            text = "".join(text) + json.dumps(kept) + "".join(output.get("traceback", []))
            text = re.sub(r"base64,[A-Za-z0-9+/=\\n]+", "", text)
            found += [m[0] + text[m.end() : m.end() + 30] for m in MACHINE.finditer(text)]
    return found


def too_long(cells, columns=100, lines=40):
    """Lines of code past the margin, and cells past a screen."""
    wide = [x for c in code(cells) for x in source(c).splitlines() if len(x) > columns]
    return wide + [first_line(c) for c in code(cells) if len(source(c).splitlines()) > lines]


def no_symbol_table(cells):
    """A table that begins with the column "symbol"."""
    text = "\n".join(source(c) for c in cells if c["cell_type"] == "markdown")
    found = re.search(r"^\|\s*symbol\s*\|.*\n\|[\s:|-]+$", text, re.IGNORECASE | re.MULTILINE)
    return [] if found else ["no table of symbols"]


def no_alternative_text(cells):
    """Figures that say nothing to those who cannot see them."""
    texts = [source(c) for c in cells if c["cell_type"] == "markdown"]
    for c in cells:
        texts += ["".join(o.get("data", {}).get("text/html", "")) for o in c.get("outputs", [])]
    found = []
    for text in texts:
        found += re.findall(r"!\[\s*\]\([^)]*\)", text)
        for tag in re.findall(r"<(?:img|video)\b[^>]*>", text):
            if not re.search(r"""\b(?:alt|aria-label|title)=["'][^"']""", tag):
                found.append(tag[:60])
    return found


def unfolded_headers(cells):
    """Cells of nothing but imports or the export header whose source is not folded."""
    found = []
    for c in code(cells):
        header = all(isinstance(n, (ast.Import, ast.ImportFrom)) for n in parsed(c))
        if header and not c["metadata"].get("jupyter", {}).get("source_hidden"):
            found.append(first_line(c))
    return found


def heavy_clip_at_the_top(cells, folder):
    """The first clip of a lesson, a file beside it or embedded, where it is over 400 KB."""
    for c in cells:
        outputs = ["".join(o.get("data", {}).get("text/html", "")) for o in c.get("outputs", [])]
        for text in (source(c), *outputs):
            if m := re.search(r"data:video/mp4;base64,([A-Za-z0-9+/=\s]+)", text):
                size = len(m[1]) * 3 // 4
            elif (m := re.search(r"[\w./-]+\.mp4", text)) and (folder / m[0]).exists():
                size = (folder / m[0]).stat().st_size
            else:
                continue
            return [f"the clip at the top is {size} bytes"] if size > CLIP_AT_THE_TOP else []
    return []
