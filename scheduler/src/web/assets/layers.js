// What is laid over one another on the canvas.

// A picture with one colour for each label; those without stay clear.
export function overlay(map, colourOf) {
  const canvas = new OffscreenCanvas(map.width, map.height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(map.width, map.height);
  const pixels = new Uint32Array(image.data.buffer);
  const colours = new Uint32Array(map.count + 1);
  for (let label = 1; label <= map.count; label++) {
    const colour = colourOf(label);
    // Bytes in memory are red, green, blue, alpha: the lowest byte first.
    if (colour) colours[label] = ((colour[3] << 24) | (colour[2] << 16) | (colour[1] << 8) | colour[0]) >>> 0;
  }
  for (let i = 0; i < pixels.length; i++) pixels[i] = colours[map.labels[i]];
  context.putImageData(image, 0, 0);
  return canvas;
}

// Colours far from one another for labels that are near.
export function distinct(label) {
  const hue = (label * 137.508) % 360;
  const light = 0.55 + 0.13 * ((label % 3) - 1);
  const channel = (n) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (light - 0.62 * Math.min(light, 1 - light) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4), 255];
}

// From red, unsure, over yellow to nothing at all, sure.
export function heat(confidence) {
  const c = Math.max(0, Math.min(1, confidence));
  return c < 0.5 ? [220, Math.round(60 + 260 * c), 50, 235] : [Math.round(220 - 320 * (c - 0.5)), 190, 70, Math.round(235 - 470 * (c - 0.5))];
}

// The edge of a segment, two pixels wide, so that it can be told from its neighbours.
export function outline(map, label, colour) {
  const inside = (x, y) => x >= 0 && y >= 0 && x < map.width && y < map.height && map.labels[y * map.width + x] === label;
  const canvas = new OffscreenCanvas(map.width, map.height);
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  const width = Math.max(1, Math.round(map.width / 500));
  for (let y = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++) {
      if (!inside(x, y)) continue;
      if (inside(x - 1, y) && inside(x + 1, y) && inside(x, y - 1) && inside(x, y + 1)) continue;
      context.fillRect(x - width, y - width, 2 * width + 1, 2 * width + 1);
    }
  }
  return canvas;
}

// Lays the layers that are on over paper.
export function draw(context, { layers, drawing, edits, mark }) {
  const { width, height } = context.canvas;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  if (layers.painted && drawing.painted) context.drawImage(drawing.painted, 0, 0);
  if (layers.painted && edits) context.drawImage(edits, 0, 0);
  if (layers.segments) context.drawImage((drawing.segmentsLayer ??= overlay(drawing.map, distinct)), 0, 0);
  if (layers.confidence) context.drawImage((drawing.confidenceLayer ??= confidence(drawing)), 0, 0);
  if (layers.line && drawing.line) context.drawImage(drawing.line, 0, 0);
  if (mark) context.drawImage(mark, 0, 0);
}

// What is known of no confidence is sure: a person painted it.
function confidence({ map, segments }) {
  return overlay(map, (label) => {
    const known = segments.get(label);
    return known && heat(known.confidence ?? 1);
  });
}
