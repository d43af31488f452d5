// Keeps a page up to date: the server sends parts of it that have changed, by the ids of their elements.

// Makes an element like another one and leaves alone what is the same, so that focus and pictures stay.
export function morph(from, to) {
  if (from.isEqualNode(to)) return;
  if (from.nodeName !== to.nodeName || from.nodeType !== Node.ELEMENT_NODE) {
    from.replaceWith(to.cloneNode(true));
    return;
  }
  for (const { name } of [...from.attributes]) {
    // What a person has opened stays open.
    if (!to.hasAttribute(name) && !(from.nodeName === "DETAILS" && name === "open")) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  const [old, fresh] = [[...from.childNodes], [...to.childNodes]];
  fresh.forEach((node, i) => (old[i] ? morph(old[i], node) : from.append(node.cloneNode(true))));
  old.slice(fresh.length).forEach((node) => node.remove());
}

function change(id, html) {
  const element = document.getElementById(id);
  if (!element) return;
  const next = element.cloneNode(false);
  next.innerHTML = html;
  morph(element, next);
  element.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
}

const state = document.getElementById("live-state");

function tell(text, off) {
  // Screen readers say it again when it is set again.
  if (state.textContent !== text) state.textContent = text;
  state.classList.toggle("off", off);
}

function listen(address) {
  const source = new EventSource(address);
  source.addEventListener("open", () => tell("live", false));
  source.addEventListener("error", () => {
    const over = source.readyState === EventSource.CLOSED;
    tell(over ? "not live: open the page again" : "not live; connecting …", true);
  });
  source.addEventListener("trouble", (event) => tell(`not live: ${JSON.parse(event.data)}`, true));
  source.addEventListener("message", (event) => {
    tell("live", false);
    for (const [id, html] of Object.entries(JSON.parse(event.data))) change(id, html);
  });
  return source;
}

const { live } = document.body.dataset;
if (live) {
  // A page that nobody sees holds no connection: browsers have few for each server.
  let source = null;
  const follow = () => {
    if (document.hidden) source = source?.close();
    else source ??= listen(live);
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  follow();
}
