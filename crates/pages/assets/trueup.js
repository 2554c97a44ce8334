// Comfort only: every page works without it.
"use strict";

// `/` goes to the search, as in other tools.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input, textarea, select");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const find = document.getElementById("find");
  if (!find) return;
  event.preventDefault();
  find.focus();
});

// Says when the roadmap or its evidence is not what this page shows any more. What somebody types stays.
const banner = document.getElementById("newer");
if (banner && "EventSource" in window) {
  const shown = document.body.dataset.snapshot;
  const changes = new EventSource("/changes");
  changes.addEventListener("message", (event) => {
    if (event.data === shown || banner.childElementCount > 0) return;
    const text = document.createElement("span");
    text.textContent = "The roadmap or its evidence has changed.";
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "Show the newest";
    banner.append(text, link);
  });
  window.addEventListener("pagehide", () => changes.close());
}

// Checks a form while it is filled in: the server says the same as on the button "Check".
for (const form of document.querySelectorAll("form[data-check]")) {
  const result = document.getElementById(form.dataset.result);
  let waiting;
  let asked = 0;
  const check = async () => {
    const turn = (asked += 1);
    const answer = await fetch(form.dataset.check, {
      method: "POST",
      headers: { accept: "text/html", "x-trueup-part": "check" },
      body: new URLSearchParams(new FormData(form)),
    }).catch(() => undefined);
    if (!answer?.ok || turn !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.getElementById(form.dataset.result);
    if (part) result.replaceChildren(...part.childNodes);
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, 400);
  });
}
