// Records a voice note: at most three minutes, the time shown, stopped, listened to, taken or thrown away. Nothing leaves the device before.

import { made } from "./room_messages.js";

const MOST_S = 180, BITS = 24_000;
const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4"];

/** Takes the place of what stands in `place` until it is done; `take` is given the file, and where it returns false the recording stays. */
export async function record(place, words, take) {
  const before = [...place.children];
  const end = (said = "") => {
    place.replaceChildren(...before, ...(said ? [made("p", {className: "err", role: "alert", textContent: said})] : []));
    before[0].focus();
  };
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({audio: {channelCount: 1, noiseSuppression: true}});
  } catch {
    return end(words.denied);
  }
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(stream, {mimeType, audioBitsPerSecond: BITS}), pieces = [];
  const time = made("span", {role: "timer"}), began = Date.now();
  const tick = setInterval(() => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    time.textContent = `${clock(Math.min(seconds, MOST_S))} / ${clock(MOST_S)}`;
    if (seconds >= MOST_S) recorder.stop();
  }, 250);
  let isKept = true;
  recorder.ondataavailable = ({data}) => pieces.push(data);
  recorder.onstop = () => {
    clearInterval(tick);
    for (const track of stream.getTracks()) track.stop();
    if (isKept) listen(new Blob(pieces, {type: recorder.mimeType.split(";")[0]}));
    else end();
  };
  recorder.start(1000);
  show(time, button(words.finish, () => recorder.stop(), "btn sm pri"), button(words.discard, () => { isKept = false; recorder.stop(); }));

  function listen(sound) {
    const address = URL.createObjectURL(sound), player = made("audio", {controls: true, src: address});
    const done = () => {
      player.pause();
      URL.revokeObjectURL(address);
      end();
    };
    const file = new File([sound], `${words.name}.${sound.type.split("/")[1]}`, {type: sound.type});
    show(player, button(words.use, () => take(file) && done(), "btn sm pri"), button(words.discard, done));
  }

  function show(...nodes) {
    const row = made("div", {className: "flex"});
    row.append(...nodes);
    place.replaceChildren(row);
    row.querySelector("button").focus();
  }
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function button(textContent, press, className = "btn sm quiet") {
  const drawn = made("button", {type: "button", className, textContent});
  drawn.addEventListener("click", press);
  return drawn;
}
