// Changes to a drawing before they are saved: which segment gets which colour, what was done and undone.

const same = (a, b) => a && b && a.every((value, i) => value === b[i]);
export const words = ([red, green, blue, alpha]) =>
  alpha === 0 ? "empty" : `${red}, ${green}, ${blue}${alpha < 255 ? `, ${alpha}` : ""}`;

export class Changes {
  #done = [];
  #undone = [];

  // The colours by label, as they are now.
  get colours() {
    const colours = new Map();
    for (const { label, colour } of this.#done) colours.set(label, colour);
    return colours;
  }

  get count() {
    return this.colours.size;
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  // Gives a segment a colour, unless it has it.
  paint(label, colour, now) {
    if (same(colour, this.colours.get(label) ?? now)) return false;
    this.#done.push({ label, colour });
    this.#undone = [];
    return true;
  }

  undo() {
    if (this.canUndo) this.#undone.push(this.#done.pop());
  }

  redo() {
    if (this.canRedo) this.#done.push(this.#undone.pop());
  }

  clear() {
    this.#done = [];
    this.#undone = [];
  }
}

// Sends a corrected drawing. What the server says of a failure is for people.
export async function send(address, { clip, key, painted, colours }) {
  const body = { form_key: document.body.dataset.key, clip, key, painted, colours: Object.fromEntries(colours) };
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.redirected) throw new Error("the session is over; sign in in another tab, then save again");
  if (response.ok) return response.json();
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  throw new Error(page.querySelector("main p")?.textContent ?? `not saved (${response.status})`);
}

// A button for a colour.
export function swatch(colour, pick) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-label", `Colour ${words(colour)}`);
  button.title = words(colour);
  button.setAttribute("aria-pressed", "false");
  if (colour[3] === 0) button.classList.add("empty-colour");
  else button.style.backgroundColor = `rgb(${colour.slice(0, 3).join(" ")} / ${colour[3] / 255})`;
  button.addEventListener("click", () => pick(colour, button));
  return button;
}
