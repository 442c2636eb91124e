"""JupyterLab as the course opens it, in a browser."""

# the setting itself, not only its effect: the question about news may come after the look
NEWS = """async () => {
    const plugin = '@jupyterlab/apputils-extension:notification';
    const settings = await (await fetch(`/lab/api/settings/${plugin}`)).json();
    return settings.schema.properties.fetchNews.default;
}"""


def test_jupyterlab_opens_without_pop_ups(page, lab):
    """No question about Jupyter news, no dialog: what the reader sees first is the lesson."""
    page.goto(f"{lab.url}/lab?reset")
    page.wait_for_function("window.jupyterapp?.shell")
    page.evaluate("() => window.jupyterapp.restored")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(NEWS) == "false"
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
