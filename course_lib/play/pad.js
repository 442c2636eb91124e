// A map of vowels: drag to choose the first two formants; the kernel sends the vowel's samples, which are played.
function render({ model, el }) {
  const side = 260, left = 34, low = 24, [a1, b1] = [200, 900], [a2, b2] = [600, 2500];
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  canvas.style.touchAction = "none";
  const pen = canvas.getContext("2d");
  let sounding = null, playing = null;
  const x = (f2) => left + (f2 - a2) / (b2 - a2) * (side - left - 8);
  const y = (f1) => 8 + (f1 - a1) / (b1 - a1) * (side - low - 8);

  const draw = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, side, side);
    pen.strokeStyle = "#bbb";
    pen.strokeRect(left, 8, side - left - 8, side - low - 8);
    pen.fillStyle = "#444";
    pen.font = "12px sans-serif";
    pen.fillText("F2, tongue forward →", left + 4, side - 8);
    pen.save();
    pen.translate(14, 14);
    pen.rotate(Math.PI / 2);
    pen.fillText("F1, jaw open →", 0, 0);
    pen.restore();
    for (const [name, [f1, f2]] of Object.entries(model.get("vowels"))) pen.fillText(name, x(f2) - 6, y(f1) + 4);
    pen.fillStyle = "#d2552a";
    pen.beginPath();
    pen.arc(x(model.get("f2")), y(model.get("f1")), 6, 0, 7);
    pen.fill();
  };
  const choose = (e) => {
    const box = canvas.getBoundingClientRect(), clip = (v, a, b) => Math.round(Math.min(b, Math.max(a, v)));
    model.set("f2", clip(a2 + (e.clientX - box.left - left) / (side - left - 8) * (b2 - a2), a2, b2));
    model.set("f1", clip(a1 + (e.clientY - box.top - 8) / (side - low - 8) * (b1 - a1), a1, b1));
    model.save_changes();
  };
  const play = () => {
    const data = model.get("samples");
    if (!sounding || !data || !data.byteLength) return;
    const samples = new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
    const buffer = sounding.createBuffer(1, samples.length, 16000);
    buffer.copyToChannel(samples, 0);
    if (playing) playing.stop();
    playing = sounding.createBufferSource();
    playing.buffer = buffer;
    playing.connect(sounding.destination);
    playing.start();
  };
  canvas.onpointerdown = (e) => {
    sounding = sounding || new AudioContext();
    canvas.setPointerCapture(e.pointerId);
    choose(e);
  };
  canvas.onpointermove = (e) => { if (e.buttons) choose(e); };
  model.on("change:f1 change:f2", draw);
  model.on("change:samples", play);
  draw();
  el.append(canvas);
}
export default { render };
