// A label map to paint on: `labels` are its numbers, one byte a pixel; the next ones are sent when the kernel has answered the last.
function render({ model, el }) {
  const size = model.get("size"), side = model.get("side"), colours = model.get("colours");
  const make = (tag, props) => Object.assign(document.createElement(tag), props);
  const canvas = make("canvas", { width: size, height: size });
  Object.assign(canvas.style, { width: `${side}px`, height: `${side}px`, imageRendering: "pixelated", touchAction: "none", cursor: "crosshair" });
  const pen = canvas.getContext("2d"), shown = pen.createImageData(size, size);
  let labels = new Uint8Array(size * size), waiting = false, changed = false, last = null;

  const draw = () => {
    labels.forEach((k, i) => shown.data.set([...colours[k], 255], 4 * i));
    pen.putImageData(shown, 0, 0);
  };
  const load = () => {
    const bytes = model.get("start");
    labels = new Uint8Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    draw();
  };
  const send = () => {
    if (waiting || !changed) return;
    [waiting, changed] = [true, false];
    model.set("labels", new DataView(labels.slice().buffer));
    model.set("sent", model.get("sent") + 1);
    model.save_changes();
  };
  const dab = (x, y) => {
    const r = model.get("brush") / 2;
    for (let v = Math.ceil(y - r); v <= y + r; v++)
      for (let u = Math.ceil(x - r); u <= x + r; u++)
        if (u >= 0 && v >= 0 && u < size && v < size && (u - x) ** 2 + (v - y) ** 2 <= r * r + 0.3)
          labels[v * size + u] = model.get("label");
  };
  const place = (e) => {
    const box = canvas.getBoundingClientRect();
    return [e.clientX - box.left, e.clientY - box.top].map((v) => (v / side) * size - 0.5);
  };
  const stroke = (e) => {
    const to = place(e), from = last || to;
    const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1])) || 1;
    for (let k = 1; k <= steps; k++) dab(...[0, 1].map((c) => from[c] + ((to[c] - from[c]) * k) / steps));
    [last, changed] = [to, true];
    draw();
    send();
  };
  canvas.onpointerdown = (e) => {
    canvas.setPointerCapture(e.pointerId);
    last = null;
    stroke(e);
  };
  canvas.onpointermove = (e) => { if (e.buttons) stroke(e); };
  model.on("change:done", () => {
    waiting = false;
    send();
  });

  const pots = make("div");
  Object.assign(pots.style, { display: "flex", flexWrap: "wrap", width: `${side}px` });
  const buttons = model.get("names").map((name, k) => {
    const [r, g, b] = colours[k];
    const button = make("button", { textContent: name, title: `paint ${name}` });
    const ink = r + g + b > 380 ? "#000" : "#fff";
    Object.assign(button.style, { background: `rgb(${r},${g},${b})`, color: ink, margin: "1px", border: "3px solid transparent", borderRadius: "4px" });
    button.onclick = () => {
      model.set("label", k);
      model.save_changes();
      mark();
    };
    pots.append(button);
    return button;
  });
  const mark = () => buttons.forEach((b, k) => { b.style.borderColor = k === model.get("label") ? "#d2552a" : "transparent"; });
  model.on("change:label", mark);
  model.on("change:start", load);
  load();
  mark();
  el.append(canvas, pots);
}
export default { render };
