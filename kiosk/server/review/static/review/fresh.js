// Keeps a page's facts as new as the server's: what is marked is fetched every ten seconds, and what differs is changed.
// Nothing else of the page is touched: no form, and no code that is shown once. The keyboard stays where it is, and a
// live region is left alone until it says something else, so that nobody hears the same twice.
"use strict";

(() => {
  const EVERY_MS = 10000;
  const parts = () => [...document.querySelectorAll("[data-fresh]")];
  const alike = (old, news) =>
    old.nodeType === news.nodeType && old.nodeName === news.nodeName && old.dataset?.key === news.dataset?.key;

  function bring(old, news) {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== news.nodeValue) old.nodeValue = news.nodeValue;
      return;
    }
    const local = news.matches("time[data-local]"); // it stands here in the reader's own time
    if (local && old.dateTime === news.dateTime) return;
    for (const { name } of [...old.attributes]) if (!news.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of news.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    const wanted = [...news.childNodes];
    wanted.forEach((child, at) => {
      const there = old.childNodes[at];
      if (there && alike(there, child)) {
        bring(there, child);
        return;
      }
      if (there) there.replaceWith(child);
      else old.append(child);
      if (child.nodeType === Node.ELEMENT_NODE) child.querySelectorAll("time[data-local]").forEach(showTime);
    });
    while (old.childNodes.length > wanted.length) old.lastChild.remove();
    if (local) showTime(old);
  }

  async function ask() {
    if (document.hidden) return true;
    try {
      const answer = await fetch(parts()[0].dataset.fresh, { headers: { Accept: "text/html" } });
      if (answer.redirected || (!answer.ok && answer.status < 500)) return false; // signed out: the page stays as it is
      if (!answer.ok) return true;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const here = document.activeElement?.getAttribute("href");
      for (const part of parts()) {
        const news = page.getElementById(part.id);
        if (news) bring(part, news);
      }
      if (here && document.activeElement === document.body) {
        document.querySelector(`[data-fresh] a[href="${CSS.escape(here)}"]`)?.focus();
      }
    } catch {
      // no network for a moment: ask again
    }
    return true;
  }

  const turn = async () => {
    if (await ask()) setTimeout(turn, EVERY_MS);
  };
  if (parts().length) {
    setTimeout(turn, EVERY_MS);
    document.addEventListener("visibilitychange", ask); // whoever comes back to it sees what is true
  }
})();
