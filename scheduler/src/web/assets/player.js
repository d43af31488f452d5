// Plays the strip.

import { loadPicture } from "./drawing.js";

export class Player {
  #canvas;
  #frames;
  #tell;
  #timer = 0;
  #speed = 12;
  #at = 0;

  // `frames` gives the strip, `tell` hears of a start, and of an end with the frame it ended at.
  constructor(canvas, frames, tell) {
    [this.#canvas, this.#frames, this.#tell] = [canvas, frames, tell];
  }

  get playing() {
    return this.#timer !== 0;
  }

  setSpeed(speed) {
    this.#speed = speed;
  }

  toggle(frame, speed) {
    if (this.playing) return this.#stop();
    this.#speed = speed;
    this.#at = Math.max(0, this.#frames().indexOf(frame));
    this.#step(performance.now());
    this.#tell(null);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#tell(this.#frames()[this.#at]);
  }

  // Shows one and waits for the time of the next, loading a few ahead.
  async #step(due) {
    this.#timer = setTimeout(async () => {
      const all = this.#frames();
      if (all.length === 0) return this.#stop();
      this.#at = (this.#at + 1) % all.length;
      const pictures = await this.#load(all[this.#at]);
      for (let i = 1; i <= 4; i++) this.#load(all[(this.#at + i) % all.length]);
      if (!this.playing) return;
      this.#show(pictures);
      this.#step(Math.max(due + 1000 / this.#speed, performance.now() - 1000 / this.#speed));
    }, Math.max(0, due + 1000 / this.#speed - performance.now()));
  }

  #load({ dataset: { line, painted } }) {
    return Promise.all([painted, line].filter(Boolean).map((address) => loadPicture(address).catch(() => null)));
  }

  #show(pictures) {
    const context = this.#canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    for (const picture of pictures) if (picture) context.drawImage(picture, 0, 0);
  }
}
