"use strict";
(() => {
  const panel = document.getElementById("panel");
  const body = document.getElementById("panel-body");
  const wide = matchMedia("(min-width: 76rem)");
  let pinned = null;
  let opener = null;

  const copy = (node) => {
    const twin = node.cloneNode(true);
    twin.removeAttribute("id");
    for (const inner of twin.querySelectorAll("[id]")) inner.removeAttribute("id");
    return twin;
  };

  const show = (claim, mark) => {
    for (const other of document.querySelectorAll("a.shown")) other.classList.remove("shown");
    mark.classList.add("shown");
    const names = claim.dataset.quotes.split(" ");
    const texts = document.createElement("div");
    texts.className = "texts";
    texts.tabIndex = 0;
    const seen = new Set();
    for (const name of names) {
      const spot = document.getElementById(name);
      const source = spot && spot.closest(".source");
      if (!source || seen.has(source)) continue;
      seen.add(source);
      const twin = copy(source);
      for (const mark of twin.querySelectorAll("mark")) {
        const here = mark.dataset.quotes.split(" ").some((quote) => names.includes(quote));
        mark.className = here ? "here" : "other";
      }
      texts.append(twin);
    }
    body.replaceChildren(copy(claim), texts);
    const first = texts.querySelector("mark.here");
    if (!first) return;
    const below = first.offsetTop + first.offsetHeight + 24 - texts.clientHeight;
    if (below > 0) texts.scrollTop = Math.min(below, first.offsetTop - 24);
  };

  const close = () => {
    pinned = null;
    document.body.classList.remove("reading");
    for (const mark of document.querySelectorAll("a.mark[aria-current]")) mark.removeAttribute("aria-current");
    if (opener) opener.focus();
    opener = null;
  };

  const claimOf = (mark) => {
    const claim = document.getElementById(mark.getAttribute("href").slice(1));
    return claim && claim.dataset.quotes ? claim : null;
  };

  const marks = [...document.querySelectorAll("main a.mark, main a.dot")];
  for (const mark of marks) {
    const claim = claimOf(mark);
    if (!claim) continue;
    const preview = () => { if (wide.matches && !pinned) show(claim, mark); };
    mark.addEventListener("mouseenter", preview);
    mark.addEventListener("focus", preview);
    mark.addEventListener("click", (event) => {
      event.preventDefault();
      close();
      pinned = claim;
      opener = mark;
      mark.setAttribute("aria-current", "true");
      document.body.classList.add("reading");
      show(claim, mark);
      body.focus();
    });
  }

  document.getElementById("panel-close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && pinned) close(); });
  panel.hidden = false;
  const named = marks.find((mark) => location.hash && mark.getAttribute("href") === location.hash);
  const first = named || document.querySelector(".answer a.mark");
  if (wide.matches && first && claimOf(first)) show(claimOf(first), first);
})();
