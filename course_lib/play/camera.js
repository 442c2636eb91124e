// A webcam, or a film chosen from disk, as JPEG frames: the next one is sent when the kernel is done with the last.
function render({ model, el }) {
  const make = (tag, props) => Object.assign(document.createElement(tag), props);
  const video = make("video", { muted: true, playsInline: true, loop: true, width: 160 });
  const canvas = document.createElement("canvas");
  const start = make("button", { textContent: "start camera", className: "jupyter-button" });
  const stop = make("button", { textContent: "stop", className: "jupyter-button" });
  const file = make("input", { type: "file", accept: "video/*" });
  const note = make("div", { textContent: "Camera off. Or choose a film:" });
  let stream = null, live = false, waiting = false;

  const send = () => {
    if (!live || waiting || video.readyState < 2) return;
    const scale = Math.min(1, 320 / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    waiting = true;
    canvas.toBlob(async (blob) => {
      model.set("frame", new DataView(await blob.arrayBuffer()));
      model.set("sent", model.get("sent") + 1);
      model.save_changes();
    }, "image/jpeg", 0.92);
  };
  const off = () => {
    live = false;
    waiting = false;
    if (stream) stream.getTracks().forEach((t) => t.stop());
    stream = null;
    video.pause();
  };
  const on = async () => {
    live = true;
    model.set("newcomer", model.get("newcomer") + 1);
    model.save_changes();
    await video.play();
    send();
  };
  start.onclick = async () => {
    off();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 }, audio: false });
      video.srcObject = stream;
      note.textContent = "Camera on; nothing leaves this machine.";
      await on();
    } catch (e) {
      note.textContent = `No camera (${e.name}). Choose a film instead:`;
    }
  };
  stop.onclick = () => { off(); note.textContent = "Stopped. Or choose a film:"; };
  file.onchange = async () => {
    off();
    video.srcObject = null;
    video.src = URL.createObjectURL(file.files[0]);
    note.textContent = file.files[0].name;
    try { await on(); } catch (e) { live = false; note.textContent = `This browser cannot play ${file.files[0].name} (${e.name}).`; }
  };
  model.on("change:done", () => { waiting = false; setTimeout(send, 5); });
  el.append(video, make("div", {}), start, stop, note, file);
  return off;
}
export default { render };
