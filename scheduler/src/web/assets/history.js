// How a drawing was before.

let asked = 0;

// Shows the history of a drawing, unless another one was asked for meanwhile.
export async function showHistory(element, address, clip, key) {
  const mine = ++asked;
  const response = await fetch(`${address}?${new URLSearchParams({ clip, key })}`);
  if (mine === asked) element.innerHTML = response.ok ? await response.text() : "";
}
