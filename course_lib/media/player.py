"""A film in a notebook's page: a silent loop; what steers it stands below the picture."""

from __future__ import annotations

import base64
import html

SMALL = 256  # pixels: lower films are shown enlarged by the whole factor that reaches this height
LOUD, SILENT = "&#9654; play with sound", "&#9632; silence"

# Handlers inside the tags need neither an id nor a <script>, which copies of a cell would share.
# A notebook that is not trusted loses them and keeps the loop.
STOP_OR_GO = "this.paused ? this.play() : this.pause()"
SOUND_ONCE = (
    "const v = this.parentNode.previousElementSibling;"
    " v.muted = !v.muted; v.loop = v.muted; if (!v.muted) v.currentTime = 0; v.play();"
    f" this.innerHTML = v.muted ? '{LOUD}' : '{SILENT}'"
)
SILENT_AGAIN = (
    "this.muted = this.loop = true; this.play();"
    f" this.nextElementSibling.firstElementChild.innerHTML = '{LOUD}'"
)
SHOW_TIME = (
    "if (this.duration)"
    " this.nextElementSibling.lastElementChild.value = this.currentTime / this.duration"
)
SEEK = (
    "const v = this.parentNode.previousElementSibling;"
    " v.pause(); v.currentTime = this.value * v.duration"
)


def player(mp4, width, height, sound, alt):
    """HTML that plays the bytes of an MP4 of width x height pixels as a silent loop.

    A click on the picture stops it or lets it go on. With sound (bool) a row below has a button
    that plays it once from its start with sound, and its position. alt: a sentence that says what
    is seen.
    """
    zoom = -(-SMALL // height)
    data = base64.b64encode(mp4).decode()
    follow = f' ontimeupdate="{SHOW_TIME}" onended="{SILENT_AGAIN}"' if sound else ""
    video = (
        f'<video muted autoplay loop playsinline width="{width * zoom}" '
        f'style="display:block;max-width:100%" aria-label="{html.escape(alt)}" '
        f'title="click to stop, again to go on" onclick="{STOP_OR_GO}"{follow} '
        f'src="data:video/mp4;base64,{data}"></video>'
    )
    return (
        f'<div style="display:inline-block;max-width:100%">{video}{_row() if sound else ""}</div>'
    )


def _row():
    return (
        '<div style="display:flex;gap:8px;align-items:center;margin-top:4px">'
        f'<button type="button" onclick="{SOUND_ONCE}">{LOUD}</button>'
        '<input type="range" min="0" max="1" step="any" value="0" style="flex:1;min-width:40px" '
        f'aria-label="position in the film" oninput="{SEEK}"></div>'
    )
