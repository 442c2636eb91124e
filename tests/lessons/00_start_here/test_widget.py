"""Lesson 00 in a browser: its widget, and the whole lesson from top to bottom."""

from browser import NOTEBOOK, errors, move_every_control, open_notebook


def test_whole_lesson_runs_its_clip_plays_and_its_widget_answers(page, lab):
    open_notebook(page, lab, "notebooks/00_start_here/00_start_here.ipynb")
    page.evaluate(
        f"async () => {{ await {NOTEBOOK}.sessionContext.ready;"
        " await window.jupyterapp.commands.execute('notebook:run-all-cells') }"
    )
    assert errors(page) == []
    counts = page.evaluate(
        f"""() => {NOTEBOOK}.content.widgets
            .filter(c => c.model.type === 'code' && c.model.sharedModel.source.trim())
            .map(c => c.model.executionCount)"""
    )
    assert len(counts) > 10 and counts == list(range(1, len(counts) + 1))
    size = page.eval_on_selector(
        ".jp-Notebook video",
        """v => new Promise((done, failed) => {
            if (v.readyState >= 1) done([v.videoWidth, v.videoHeight]);
            v.onloadedmetadata = () => done([v.videoWidth, v.videoHeight]);
            v.onerror = () => failed(new Error('the clip does not play'));
        })""",
    )
    assert size == [256, 256]
    move_every_control(page, "ActorMixer", sliders=8)
