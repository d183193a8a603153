// Sends a file up while somebody watches: pictures made smaller first, progress, and a way to stop.
//
//   const sending = sendUp(file, (part) => {}, id); // part from 0 to 1; under the same id it is stored once
//   const {id, name, size} = await sending.done;    // or an Error with `why`, "" when the line broke or it was stopped
//   sending.stop();

const LONGEST_EDGE = 1600;      // what the server keeps of a picture: more would travel for nothing
const LIGHT = 300_000;

export function sendUp(file, progress, id) {
  const request = new XMLHttpRequest();
  let stopped = false;
  const done = smaller(file).then((ready) => new Promise((resolve, reject) => {
    if (stopped) return reject(failure(""));
    const body = new FormData();
    body.append("client_id", id);
    body.append("file", ready, file.name);
    request.open("POST", "/files");
    for (const [name, value] of [["X-Fragment", "1"], ["X-Member", document.body.dataset.member]]) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => request.status === 201 ? resolve({...request.response, size: ready.size}) : reject(failure(reason(request)));
    request.onerror = request.onabort = request.ontimeout = () => reject(failure(""));
    request.send(body);
  }));
  return {done, stop() { stopped = true; request.abort(); }};
}

export function takeBack(id) {
  fetch(`/files/${id}/remove`, {method: "POST", redirect: "manual"}).catch(() => {});  // it stays among one's own files
}

const failure = (why) => Object.assign(new Error("not sent up"), {why});

function reason({response}) {
  return Object.values(response?.errors ?? {})[0] ?? response?.detail ?? response?.title ?? "";
}

/** A photograph of a telephone has ten times the pixels that are kept. What cannot be drawn here goes as it is. */
async function smaller(file) {
  if (file.type !== "image/jpeg" || file.size < LIGHT) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_EDGE / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"), {width: Math.round(picture.width * scale), height: Math.round(picture.height * scale)});
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const drawn = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return drawn && drawn.size < file.size ? drawn : file;
  } catch {
    return file;
  }
}
