// Runs once, when the page has loaded. `element` and `server` come from gradio:
// `server.look_up(place)` asks ui.chat.read_place, outside the queue of questions.
// Everything is delegated from the document: the conversation is redrawn as it grows.

// What a person unfolded stays unfolded, and what has the focus keeps it, when an answer
// is redrawn: both are remembered by id.
const folds = new Map();
let focused = null; // a selector

const reader = element.querySelector("#fn-reader");
const body = element.querySelector("#fn-reader-body");
document.body.appendChild(reader); // out of gradio's columns, so that it can be fixed at the side

let opener = null; // the id of the link to go back to on closing
let asked = 0; // an answer that comes after a later click is not shown

function mark(expanded) {
  document.getElementById(opener)?.setAttribute("aria-expanded", expanded);
}

async function open(link) {
  const mine = ++asked;
  mark(false);
  opener = link.id;
  mark(true);
  let html;
  try {
    html = await server.look_up(link.dataset.place);
  } catch {
    html = '<p class="fn-error" role="alert">Footnote does not answer. Is it still running?</p>';
  }
  if (mine !== asked) return;
  body.innerHTML = html;
  reader.hidden = false;
  document.body.classList.add("fn-reading");
  const title = body.querySelector("h2");
  const cited = body.querySelector("#fn-cited");
  body.scrollTop = 0;
  if (cited) cited.scrollIntoView({ block: "center" });
  (title || body).focus({ preventScroll: true });
}

function close() {
  if (reader.hidden) return;
  asked++;
  reader.hidden = true;
  document.body.classList.remove("fn-reading");
  mark(false);
  document.getElementById(opener)?.focus({ preventScroll: true });
}

// A thumb goes to the server through a hidden box; the count makes the same one differ.
let judgements = 0;

function judge(verdict) {
  const box = document.querySelector("#fn-pressed textarea, #fn-pressed input");
  box.value = `${verdict}:${++judgements}`;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-place]");
  if (link) {
    event.preventDefault();
    open(link);
  } else if (event.target.closest("[data-verdict]")) {
    judge(event.target.closest("[data-verdict]").dataset.verdict);
  } else if (event.target.closest("#fn-reader-close")) {
    close();
  } else if (event.target.closest("#fn-clear")) {
    folds.clear(); // the next conversation has the same ids
    close();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});

function selector_of(focusable) {
  const named = focusable.closest("summary")?.parentElement ?? focusable;
  if (!named.id?.startsWith("fn-")) return null;
  return named === focusable ? `#${named.id}` : `#${named.id} > summary`;
}

document.addEventListener("click", (event) => {
  const details = event.target.closest("summary")?.parentElement;
  if (details?.id.startsWith("fn-")) folds.set(details.id, !details.open);
});
document.addEventListener("focusin", (event) => {
  focused = selector_of(event.target);
  // Where a person is reading stays open too: the evidence would fold under them.
  let around = event.target.closest("summary")?.parentElement ?? event.target;
  while ((around = around.parentElement?.closest("details[id^='fn-']"))) folds.set(around.id, true);
});

// A click is lost when what was pressed is redrawn before it is let go: done again here.
let pressed = null;

document.addEventListener("pointerdown", (event) => {
  focused = null;
  const target = event.target.closest("summary, [data-place], [data-verdict]");
  pressed = target && { target, selector: selector_of(target) };
});
document.addEventListener("pointerup", (event) => {
  if (pressed?.selector && !pressed.target.isConnected) {
    const again = document.querySelector(pressed.selector);
    if (again?.contains(document.elementFromPoint(event.clientX, event.clientY))) again.click();
  }
  pressed = null;
});

let questions = 0;

function settle() {
  for (const [id, unfolded] of folds) {
    const details = document.getElementById(id);
    if (details && details.open !== unfolded) details.open = unfolded;
  }
  if (focused && document.activeElement === document.body) {
    document.querySelector(focused)?.focus({ preventScroll: true });
  }
  for (const labelled of document.querySelectorAll('#fn-chat [aria-label$="component of type html"]')) {
    labelled.removeAttribute("aria-label"); // "a component of type html" helps nobody
  }
  const rows = document.querySelectorAll("#fn-chat .user-row");
  if (rows.length > questions) rows[rows.length - 1].scrollIntoView({ block: "start" });
  questions = rows.length;
}

// gradio gives these buttons a picture and no name.
function name_buttons() {
  document.querySelector("#fn-box .submit-button")?.setAttribute("aria-label", "Ask");
  document.querySelector("#fn-box .stop-button")?.setAttribute("aria-label", "Stop the answer");
}

// On a phone the list of articles would cover the conversation: it waits to be opened.
// Tried again for a while, because the button does nothing before gradio has wired it.
function fold_sidebar(was_open, tries) {
  const sidebar = document.querySelector("#fn-sidebar");
  const is_open = sidebar?.classList.contains("open");
  if (is_open) sidebar.querySelector(".toggle-button")?.click();
  else if (was_open) return;
  if (tries > 0) setTimeout(() => fold_sidebar(was_open || is_open, tries - 1), 100);
}
if (window.innerWidth < 768) fold_sidebar(false, 50);

new MutationObserver(() => {
  settle();
  name_buttons();
}).observe(document.querySelector(".gradio-container"), { childList: true, subtree: true });

window.footnote = {
  download(text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
    link.download = `footnote-${new Date().toISOString().slice(0, 10)}.md`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },
};
