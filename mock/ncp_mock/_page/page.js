// Keeps the page current: asks for the part that changes, again and again, and puts it in place.

const PERIOD_MS = 500;
const PATIENCE_MS = 5000;

const live = document.getElementById("live");
const statusLine = document.getElementById("status");

let etag = null;
let asking = false;
let timer;

function say(state, text) {
  // Said once for each change: every change of the text is read aloud.
  if (statusLine.dataset.state === state && statusLine.textContent === text) return;
  statusLine.dataset.state = state;
  statusLine.textContent = text;
}

function readerSelectsText() {
  const selection = getSelection();
  return !selection.isCollapsed && live.contains(selection.anchorNode);
}

// New requests come in at the top: someone who reads further down must not see the lines move.
function firstRequestInView() {
  const requests = [...live.querySelectorAll(".request")];
  const top = (request) => request.getBoundingClientRect().top;
  if (requests.length === 0 || top(requests[0]) >= 0) return null;
  const request = requests.find((candidate) => top(candidate) >= 0);
  return request ? { id: request.id, top: top(request) } : null;
}

function replace(html) {
  const open = [...live.querySelectorAll("details[open]")].map((details) => details.id);
  const known = new Set([...live.querySelectorAll(".request")].map((request) => request.id));
  const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
  const inView = firstRequestInView();
  const { scrollX, scrollY } = window;

  live.innerHTML = html;

  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  window.scrollTo(scrollX, scrollY);
  const moved = inView && document.getElementById(inView.id);
  if (moved) window.scrollBy(0, moved.getBoundingClientRect().top - inView.top);
  for (const request of live.querySelectorAll(".request")) {
    if (!known.has(request.id)) request.classList.add("new");
  }
}

async function update() {
  const headers = etag === null ? {} : { "If-None-Match": etag };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch("live", { cache: "no-store", headers, signal });
  if (response.status === 304) return "live";
  if (!response.ok) return `the mock answers with status ${response.status}`;
  const html = await response.text();
  if (readerSelectsText()) return "paused while text is selected";
  replace(html);
  etag = response.headers.get("ETag");
  return "live";
}

async function ask() {
  asking = true;
  try {
    const text = await update();
    say(text === "live" ? "live" : "waiting", text);
  } catch {
    say("ended", "the mock has ended");
  }
  asking = false;
  askLaterOrPause();
}

function askLaterOrPause() {
  if (document.hidden) {
    say("waiting", "paused");
  } else {
    timer = setTimeout(ask, PERIOD_MS);
  }
}

document.addEventListener("visibilitychange", () => {
  if (asking) return; // goes on from there
  clearTimeout(timer);
  if (document.hidden) askLaterOrPause();
  else ask();
});

ask();
