// A stick figure to pull at: drag a round handle, and the kernel answers with the figure that follows.
function render({ model, el }) {
  const side = 280;
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  canvas.style.touchAction = "none";
  const pen = canvas.getContext("2d");
  let held = null;
  const at = ([x, y]) => [(x + 1) / 2 * side, (1 - y) / 2 * side];

  const draw = () => {
    const points = model.get("points").map(at);
    pen.fillStyle = "#16181c";
    pen.fillRect(0, 0, side, side);
    pen.lineWidth = 4;
    pen.lineCap = "round";
    for (const [a, b, colour] of model.get("limbs")) {
      pen.strokeStyle = colour;
      pen.beginPath();
      pen.moveTo(...points[a]);
      pen.lineTo(...points[b]);
      pen.stroke();
    }
    for (const j of model.get("handles")) {
      pen.fillStyle = j === model.get("joint") ? "#fff" : "#9aa3ad";
      pen.beginPath();
      pen.arc(...points[j], 7, 0, 7);
      pen.fill();
    }
  };
  const place = (e) => {
    const box = canvas.getBoundingClientRect();
    return [(e.clientX - box.left) / side * 2 - 1, 1 - (e.clientY - box.top) / side * 2];
  };
  canvas.onpointerdown = (e) => {
    const [x, y] = place(e), points = model.get("points");
    const far = (j) => Math.hypot(points[j][0] - x, points[j][1] - y);
    held = model.get("handles").reduce((a, b) => (far(a) < far(b) ? a : b));
    canvas.setPointerCapture(e.pointerId);
    model.set("joint", held);
    model.set("pull", [x, y]);
    model.save_changes();
  };
  canvas.onpointermove = (e) => {
    if (held === null || !e.buttons) return;
    model.set("pull", place(e));
    model.save_changes();
  };
  canvas.onpointerup = () => { held = null; };
  model.on("change:points change:joint", draw);
  draw();
  el.append(canvas);
}
export default { render };
