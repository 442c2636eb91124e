// A recording from the microphone, or a sound or film file, as mono float samples at 16 kHz.
function render({ model, el }) {
  const make = (tag, props) => Object.assign(document.createElement(tag), props);
  const start = make("button", { textContent: "record", className: "jupyter-button" });
  const stop = make("button", { textContent: "stop", className: "jupyter-button", disabled: true });
  const file = make("input", { type: "file", accept: "audio/*,video/*" });
  const note = make("div", { textContent: "Microphone off. Or choose a file:" });
  let recorder = null, clock = null;

  const send = async (data, name) => {
    const rate = 16000;
    try {
      const any = new OfflineAudioContext(1, 1, rate);
      const sound = await any.decodeAudioData(data);
      const seconds = Math.min(sound.duration, model.get("longest"));
      const mono = new OfflineAudioContext(1, Math.max(1, Math.floor(seconds * rate)), rate);
      const player = mono.createBufferSource();
      player.buffer = sound;
      player.connect(mono.destination);
      player.start();
      const samples = (await mono.startRendering()).getChannelData(0);
      model.set("samples", new DataView(samples.slice().buffer));
      model.set("sent", model.get("sent") + 1);
      model.save_changes();
      note.textContent = `${name}: ${seconds.toFixed(1)} s. It goes to this notebook's kernel and nowhere else.`;
    } catch (e) {
      note.textContent = `This browser cannot read ${name} (${e.name}).`;
    }
  };
  const off = () => {
    clearInterval(clock);
    if (recorder && recorder.state !== "inactive") recorder.stop();
    start.disabled = false;
    stop.disabled = true;
  };
  start.onclick = async () => {
    start.disabled = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const parts = [];
      recorder = new MediaRecorder(stream);
      recorder.ondataavailable = (e) => parts.push(e.data);
      recorder.onstop = async () => {
        stream.getTracks().forEach((t) => t.stop());
        await send(await new Blob(parts).arrayBuffer(), "your recording");
      };
      recorder.start();
      stop.disabled = false;
      let seconds = 0;
      const tick = () => {
        note.textContent = `Recording, ${seconds} s: speak, then press stop.`;
        if (seconds++ >= model.get("longest")) off();
      };
      clock = setInterval(tick, 1000);
      tick();
    } catch (e) {
      start.disabled = false;
      note.textContent = `No microphone (${e.name}). Choose a file instead:`;
    }
  };
  stop.onclick = off;
  file.onchange = async () => { if (file.files.length) await send(await file.files[0].arrayBuffer(), file.files[0].name); };
  el.append(start, stop, note, file);
  return off;
}
export default { render };
