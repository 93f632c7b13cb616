// Shows every instant in the reader's own time, and the news of a recording that is still arriving.
"use strict";

const shown = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

function showTime(element) {
  const at = new Date(element.dateTime);
  if (!Number.isNaN(at.getTime())) {
    element.title = `${exact.format(at)} (${element.textContent})`;
    element.textContent = shown.format(at);
  }
}

document.querySelectorAll("time[data-local]").forEach(showTime);

const EVERY_MS = 10000;
const notice = document.querySelector("[data-state]");

async function ask() {
  if (document.hidden) return true;
  try {
    const answer = await fetch(notice.dataset.state, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return answer.status < 500 ? false : true;
    const news = await answer.json();
    const sentence = notice.querySelector("[data-sentence]");
    if (sentence.textContent !== news.sentence) sentence.textContent = news.sentence;
    if (news.state !== notice.dataset.known) notice.querySelector("[data-again]").hidden = false;
    return !news.over;
  } catch {
    return true; // no network for a moment: ask again
  }
}

if (notice) {
  const turn = async () => {
    if (await ask()) setTimeout(turn, EVERY_MS);
  };
  setTimeout(turn, EVERY_MS);
}
