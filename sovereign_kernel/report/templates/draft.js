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

  const show = (claim) => {
    const names = claim.dataset.quotes.split(" ");
    const parts = [copy(claim)];
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
      parts.push(twin);
    }
    body.replaceChildren(...parts);
    const first = body.querySelector("mark.here");
    if (first) body.scrollTop = Math.max(0, first.offsetTop - body.clientHeight / 2);
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

  for (const mark of document.querySelectorAll("main a.mark, main a.dot")) {
    const claim = claimOf(mark);
    if (!claim) continue;
    const preview = () => { if (wide.matches && !pinned) show(claim); };
    mark.addEventListener("mouseenter", preview);
    mark.addEventListener("focus", preview);
    mark.addEventListener("click", (event) => {
      event.preventDefault();
      close();
      pinned = claim;
      opener = mark;
      mark.setAttribute("aria-current", "true");
      document.body.classList.add("reading");
      show(claim);
      if (!wide.matches) body.focus();
    });
  }

  document.getElementById("panel-close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && pinned) close(); });
  addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details")) part.open = true; });
  panel.hidden = false;
  const first = document.querySelector(".answer a.mark");
  if (wide.matches && first && claimOf(first)) show(claimOf(first));
})();
