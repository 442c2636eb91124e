"""The map at the top of lesson 00 shows which lessons are there."""

import re

from support import ROOT, notebooks


def test_the_map_is_of_the_course_as_it_is():
    text = (ROOT / "notebooks" / "00_start_here" / "map.svg").read_text(encoding="utf-8")
    here = set(re.findall(r'<text [^>]*class="here">(\d\d) ', text))
    assert here == {path.name[:2] for path in notebooks()}
    assert len(re.findall(r"<text [^>]*>\d\d  ", text)) == 35
