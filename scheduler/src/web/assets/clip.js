// A clip: the strip, the drawing shown large, and what keys do.

import { Changes, send, swatch, words } from "./correct.js";
import { labelAt, loadDrawing, loadPicture } from "./drawing.js";
import { showHistory } from "./history.js";
import { Player } from "./player.js";
import { paintStage } from "./stage.js";

const by = (id) => document.getElementById(id);
const page = by("clip");
const { flagBelow, clip, correct, palette, history } = page.dataset;
const canvas = by("drawing");

const state = {
  layers: { line: true, painted: true, segments: false, confidence: false, onion: false, wipe: false },
  frame: null,
  drawing: null,
  label: 0,
  changes: new Map(),
  neighbours: {},
};
let shown = 0;

const say = (text) => (by("said").textContent = text);
const frames = () => [...document.querySelectorAll("#strip .frame")];
const key = () => state.frame?.dataset.key;
const changes = () => {
  if (!state.changes.has(key())) state.changes.set(key(), new Changes());
  return state.changes.get(key());
};

function redraw() {
  if (state.drawing && !player.playing) paintStage(canvas, state, changes().colours, by("wipe-with").value, by("wipe-at").value);
}

const player = new Player(canvas, frames, (frame) => {
  by("play").setAttribute("aria-pressed", String(player.playing));
  if (!player.playing && frame) show(frame);
});

// Shows a drawing large. One that is asked for later wins.
async function show(frame, label = 0) {
  const mine = ++shown;
  for (const other of frames()) other.removeAttribute("aria-current");
  frame.setAttribute("aria-current", "true");
  frame.scrollIntoView({ block: "nearest", inline: "nearest" });
  const { dataset } = frame;
  try {
    const drawing = await loadDrawing(dataset);
    const all = frames();
    const at = all.indexOf(frame);
    const near = await Promise.all([all[at - 1], all[at + 1]].map(neighbour));
    if (mine !== shown) return;
    Object.assign(state, { frame, drawing, label, neighbours: { before: near[0], after: near[1] } });
  } catch (error) {
    if (mine === shown) say(`${dataset.key}: cannot be shown: ${error.message}`);
    return;
  }
  canvas.width = state.drawing.map.width;
  canvas.height = state.drawing.map.height;
  canvas.setAttribute("aria-label", `Drawing ${dataset.key}, ${dataset.state}`);
  canvas.dataset.painted = dataset.painted ?? "";
  window.history.replaceState(null, "", frame.href);
  by("nothing").hidden = Boolean(dataset.painted);
  by("nothing").textContent = dataset.error ?? `Not painted yet: ${dataset.state}.`;
  by("where").textContent = `${dataset.key} · ${dataset.state}${"locked" in dataset ? " · locked" : ""} · ${flagged().length} to look at`;
  told();
  showHistory(by("history"), history, clip, dataset.key);
}

async function neighbour(frame) {
  if (!frame) return null;
  const { line, painted } = frame.dataset;
  const load = (address) => (address ? loadPicture(address).catch(() => null) : null);
  return { line: await load(line), painted: await load(painted) };
}

// Segments to look at, those first where a look saves most.
function flagged() {
  const wrong = (segment) => (1 - segment.confidence) * segment.pixels;
  const unsure = [...(state.drawing?.segments.values() ?? [])].filter((s) => s.confidence < Number(flagBelow));
  return unsure.sort((a, b) => wrong(b) - wrong(a)).map((segment) => segment.label);
}

const colourNow = (label) => changes().colours.get(label) ?? state.drawing.segments.get(label)?.rgba;

// Tells of the segment that is chosen and of the changes.
function told() {
  const segment = state.drawing.segments.get(state.label);
  const box = by("segment");
  if (state.label === 0) box.replaceChildren(Object.assign(document.createElement("p"), { className: "soft", textContent: "Click one, or press N for the next to look at." }));
  else box.replaceChildren(facts(segment));
  if (correct) {
    const { count, canUndo, canRedo } = changes();
    by("change-count").textContent = count === 0 ? "none" : `${count} ${count === 1 ? "segment" : "segments"}`;
    by("undo").disabled = !canUndo;
    by("redo").disabled = !canRedo;
    by("save").disabled = count === 0;
    const now = state.label ? colourNow(state.label) : null;
    for (const button of by("palette").children) button.setAttribute("aria-pressed", String(button.title === (now && words(now))));
  }
  redraw();
}

function facts(segment) {
  const list = Object.assign(document.createElement("dl"), { className: "facts" });
  const add = (name, ...value) => {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    dt.textContent = name;
    dd.append(...value);
    list.append(dt, dd);
  };
  const colour = colourNow(state.label);
  add("number", String(state.label));
  if (colour) {
    const square = Object.assign(document.createElement("span"), { className: "swatch" });
    square.style.backgroundColor = `rgb(${colour.slice(0, 3).join(" ")} / ${colour[3] / 255})`;
    add("colour", square, words(colour), changes().colours.has(state.label) ? " (changed)" : "");
  }
  if (segment?.confidence !== undefined) {
    add("sure", `${Math.round(100 * segment.confidence)} %`);
    add("pixels", String(segment.pixels));
    add("from", `${segment.source.drawing}, segment ${segment.source.label}`);
  } else if (segment) add("from", "a person");
  return list;
}

function choose(label) {
  state.label = label;
  const colour = label && colourNow(label);
  say(label ? `Segment ${label}${colour ? `, ${words(colour)}` : ""}` : "");
  told();
}

function step(by_) {
  const all = frames();
  const next = all[all.indexOf(state.frame) + by_];
  if (next) show(next);
  else by(by_ > 0 ? "after" : "before")?.click();
}

function stepSegment(by_) {
  const { count } = state.drawing.map;
  if (count) choose(((state.label - 1 + by_ + count) % count) + 1);
}

// The next segment to look at, in this drawing or one after it.
async function stepFlagged(by_) {
  const list = flagged();
  const at = list.indexOf(state.label);
  const next = at < 0 ? list[by_ > 0 ? 0 : list.length - 1] : list[at + by_];
  if (next) return choose(next);
  const all = frames();
  for (let i = all.indexOf(state.frame) + by_; all[i]; i += by_) {
    if (!all[i].dataset.segments) continue;
    await show(all[i]);
    const there = flagged();
    if (there.length) return choose(there[by_ > 0 ? 0 : there.length - 1]);
  }
  say("Nothing more to look at in this strip.");
}

function paint(colour) {
  if (!state.label) return say("Choose a segment first: click it, or press N.");
  if (!state.frame.dataset.painted) return say("It is not painted yet.");
  if (changes().paint(state.label, colour, state.drawing.segments.get(state.label)?.rgba)) {
    say(`Segment ${state.label} is now ${words(colour)}; not saved yet`);
  }
  told();
}

async function save() {
  const mine = changes();
  if (!mine.count) return;
  const { key: drawing, painted } = state.frame.dataset;
  by("save").disabled = true;
  say("Saving …");
  try {
    const { revision, jobs } = await send(correct, { clip, key: drawing, painted, colours: mine.colours });
    mine.clear();
    say(`Saved: version ${revision}. ${jobs ? `Painted anew: ${jobs} ${jobs === 1 ? "job" : "jobs"}.` : "Nothing else changes."}`);
  } catch (error) {
    say(`Not saved: ${error.message}`);
  }
  told();
}

async function offerColours() {
  const response = await fetch(palette);
  if (!response.ok) return say("The colours cannot be told now; open the page again.");
  const { colours, references } = await response.json();
  by("palette").replaceChildren(...colours.map(({ rgba }) => swatch(rgba, paint)));
  by("references").replaceChildren(...references.map(referenceButton));
  told();
}

function referenceButton(reference) {
  const button = document.createElement("button");
  button.type = "button";
  const image = Object.assign(document.createElement("img"), { src: reference.thumb, alt: `Pick from ${reference.name}`, loading: "lazy" });
  button.append(image);
  button.addEventListener("click", () => pickFrom(reference));
  return button;
}

async function pickFrom(reference) {
  const target = by("reference-drawing");
  const { painted, map, segments } = await loadDrawing(reference);
  [target.width, target.height] = [map.width, map.height];
  target.getContext("2d").drawImage(painted, 0, 0);
  target.onclick = (event) => {
    const colour = segments.get(labelAt(target, map, event))?.rgba;
    if (!colour) return;
    by("reference").close();
    paint(colour);
  };
  by("reference").showModal();
}

function toggle(layer) {
  state.layers[layer] = !state.layers[layer];
  const id = ["onion", "wipe"].includes(layer) ? layer : `layer-${layer}`;
  by(id).setAttribute("aria-pressed", String(state.layers[layer]));
  by("wipe-with").disabled = by("wipe-at").disabled = !state.layers.wipe;
  redraw();
}

const play = () => player.toggle(state.frame, Number(by("fps").value));
const undo = () => (changes().undo(), told());
const redo = () => (changes().redo(), told());
const end = (place) => frames().at(place) && show(frames().at(place));

const KEYS = {
  PageUp: () => step(-1), PageDown: () => step(1), ArrowLeft: () => step(-1), ArrowRight: () => step(1),
  Home: () => end(0), End: () => end(-1),
  n: () => stepFlagged(1), N: () => stepFlagged(-1), "]": () => stepSegment(1), "[": () => stepSegment(-1),
  1: () => toggle("line"), 2: () => toggle("painted"), 3: () => toggle("segments"), 4: () => toggle("confidence"),
  o: () => toggle("onion"), w: () => toggle("wipe"), " ": play, p: () => by("palette")?.firstElementChild?.focus(),
};
const CONTROL_KEYS = correct ? { z: undo, y: redo, s: save } : {};

addEventListener("keydown", (event) => {
  if (event.altKey || by("reference").open || !state.drawing) return;
  const own = event.target.closest("input, select, textarea");
  const pressed = event.key === " " && event.target.closest("button, a, summary");
  const action = (event.ctrlKey || event.metaKey ? CONTROL_KEYS : own || pressed ? {} : KEYS)[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

for (const layer of ["line", "painted", "segments", "confidence"]) by(`layer-${layer}`).addEventListener("click", () => toggle(layer));
for (const layer of ["onion", "wipe"]) by(layer).addEventListener("click", () => toggle(layer));
by("play").addEventListener("click", play);
by("previous").addEventListener("click", () => step(-1));
by("next").addEventListener("click", () => step(1));
by("next-flagged").addEventListener("click", () => stepFlagged(1));
for (const id of ["wipe-with", "wipe-at"]) by(id).addEventListener("input", redraw);
by("fps").addEventListener("input", () => player.setSpeed(Number(by("fps").value)));
by("strip").addEventListener("click", (event) => {
  const frame = event.target.closest(".frame");
  if (!frame || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(frame);
});
canvas.addEventListener("click", (event) => {
  if (!state.drawing) return;
  const label = labelAt(canvas, state.drawing.map, event);
  if (event.altKey && label) paint(colourNow(label));
  else choose(label);
});
// The strip has changed: the drawing may be painted anew.
by("strip").addEventListener("changed", () => {
  const frame = frames().find((other) => other.dataset.key === key());
  if (!frame) return;
  const anew = (frame.dataset.painted ?? "") !== canvas.dataset.painted;
  if (anew) show(frame, state.label);
  else {
    for (const other of frames()) other.removeAttribute("aria-current");
    frame.setAttribute("aria-current", "true");
    state.frame = frame;
  }
});
addEventListener("beforeunload", (event) => {
  if ([...state.changes.values()].some((some) => some.count)) event.preventDefault();
});

if (correct) {
  by("undo").addEventListener("click", undo);
  by("redo").addEventListener("click", redo);
  by("save").addEventListener("click", save);
}
const first = document.querySelector("#strip .frame[aria-current]") ?? frames()[0];
if (first) await show(first);
if (correct && state.drawing) await offerColours();
