// Plays each clip at the timing of its sheet, from the pictures that are on the page anyway.
for (const player of document.querySelectorAll(".player")) {
  const FRAME = 1000 / 24;
  const spans = JSON.parse(player.dataset.spans);
  const pictures = [...player.parentElement.querySelectorAll("article.row")].map((row) => row.querySelector("img.painted"));
  const [screen, button, slider, number] = ["img", "button", "input", "output"].map((name) => player.querySelector(name));
  const blank = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
  const first = pictures.find((picture) => picture);
  if (first) {
    screen.width = first.width;
    screen.height = first.height;
  }
  let timer = null;
  const show = (frame) => {
    const span = spans.find(([start, length]) => frame >= start && frame < start + length);
    const picture = span && pictures[span[2]];
    screen.src = picture ? picture.src : blank;
    slider.value = frame;
    number.value = frame + 1;
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = "play";
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    button.textContent = "stop";
    timer = setInterval(() => show(Number(slider.value) < Number(slider.max) ? Number(slider.value) + 1 : 0), FRAME);
  });
  slider.addEventListener("input", () => {
    stop();
    show(Number(slider.value));
  });
  show(0);
}
