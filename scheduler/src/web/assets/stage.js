// Puts the drawing and what is compared with it on the stage.

import { draw, outline, overlay } from "./layers.js";

// Black lines in a colour, on white: laid over by multiplying.
function tinted(image, colour) {
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0);
  context.globalCompositeOperation = "lighten";
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}

const mark = () => getComputedStyle(document.documentElement).getPropertyValue("--mark").trim() || "#d6008f";

// Draws the stage: `colours` are changes that are not saved, `other` is what the wipe compares with from `at` percent on.
export function paintStage(canvas, state, colours, other, at) {
  const { drawing, layers, label, neighbours } = state;
  const context = canvas.getContext("2d");
  const edits = colours.size ? overlay(drawing.map, (some) => colours.get(some)) : null;
  draw(context, { layers, drawing, edits, mark: label ? outline(drawing.map, label, mark()) : null });
  if (layers.onion) onion(context, neighbours);
  if (layers.wipe) wipe(context, drawing, neighbours, other, at / 100);
}

function onion(context, { before, after }) {
  context.save();
  context.globalCompositeOperation = "multiply";
  context.globalAlpha = 0.6;
  if (before?.line) context.drawImage(tinted(before.line, "#d43a2f"), 0, 0);
  if (after?.line) context.drawImage(tinted(after.line, "#2f6fd4"), 0, 0);
  context.restore();
}

function wipe(context, drawing, { before, after }, other, share) {
  const { width, height } = context.canvas;
  const pictures = { line: [drawing.line], saved: [drawing.painted, drawing.line], before: [before?.painted, before?.line], after: [after?.painted, after?.line] };
  const x = Math.round(width * share);
  context.save();
  context.beginPath();
  context.rect(x, 0, width - x, height);
  context.clip();
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  for (const picture of pictures[other]) if (picture) context.drawImage(picture, 0, 0);
  context.restore();
  context.fillStyle = mark();
  context.fillRect(x - 1, 0, Math.max(1, width / 600), height);
}
