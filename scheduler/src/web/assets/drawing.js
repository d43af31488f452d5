// Drawings as a browser works on them: pictures, where the segments are, and what is known of them.

// Answers remembered: a strip's pictures while it plays.
const KEPT = 600;
const kept = new Map();

// Remembers what an address gives; the oldest goes first.
function remember(address, make) {
  if (!kept.has(address)) {
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value);
    const made = make(address);
    kept.set(address, made);
    made.catch(() => kept.delete(address));
  }
  return kept.get(address);
}

async function answer(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} of ${address}`);
  return response;
}

async function picture(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

// Runs of labels, as `pictures/map.rs` writes them.
export function decodeMap(bytes) {
  let at = 0;
  const next = () => {
    let [number, shift, byte] = [0, 0, 0];
    do {
      byte = bytes[at++];
      number += (byte & 0x7f) * 2 ** shift;
      shift += 7;
    } while (byte & 0x80);
    return number;
  };
  const map = { width: next(), height: next(), count: next() };
  map.labels = new Uint32Array(map.width * map.height);
  for (let filled = 0; at < bytes.length; ) {
    const [label, length] = [next(), next()];
    map.labels.fill(label, filled, filled + length);
    filled += length;
  }
  return map;
}

const loadMap = (address) =>
  remember(address, async () => decodeMap(new Uint8Array(await (await answer(address)).arrayBuffer())));

const loadSegments = (address) =>
  remember(address, async () => {
    const { segments } = await (await answer(address)).json();
    return new Map(segments.map((segment) => [segment.label, segment]));
  });

export const loadPicture = (address) => remember(address, picture);

// All of a drawing; without a painting it has no colours.
export async function loadDrawing({ line, painted, map, segments }) {
  const [lineImage, paintedImage, places, known] = await Promise.all([
    line ? loadPicture(line) : null,
    painted ? loadPicture(painted) : null,
    loadMap(map),
    segments ? loadSegments(segments) : new Map(),
  ]);
  return { line: lineImage, painted: paintedImage, map: places, segments: known };
}

// The label under a place in a canvas that may be shown smaller than it is.
export function labelAt(canvas, map, event) {
  const box = canvas.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) * map.width) / box.width);
  const y = Math.floor(((event.clientY - box.top) * map.height) / box.height);
  return x < 0 || y < 0 || x >= map.width || y >= map.height ? 0 : map.labels[y * map.width + x];
}
