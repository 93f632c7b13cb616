// Replays the code on the recording's time: the text as it was at the instant that the player shows.
"use strict";

(() => {
  const video = document.querySelector("[data-player] video");
  const timeline = document.getElementById("timeline");
  if (!video || !timeline) return;
  const told = JSON.parse(timeline.textContent);

  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  for (const box of document.querySelectorAll("[data-code]")) {
    const { history, final } = told.code[Number(box.dataset.code)];
    if (!history.length) continue;
    const text = box.querySelector("code");
    const when = box.querySelector("[data-code-when]");
    const button = box.querySelector("[data-follow]");
    let follow = true;
    let last = null;

    const show = () => {
      const now = video.currentTime;
      let place = -1;
      while (place + 1 < history.length && history[place + 1][0] <= now + 0.02) place += 1;
      const over = !follow || place < 0 || place === history.length - 1;
      const next = over ? final : history[place][1];
      if (next !== last) {
        text.textContent = next;
        last = next;
      }
      when.textContent = over ? "The final text." : `As it was at ${clock(now)}; change ${place + 1} of ${history.length}.`;
    };
    button.addEventListener("click", () => {
      follow = !follow;
      button.setAttribute("aria-pressed", String(follow));
      show();
    });
    for (const kind of ["timeupdate", "seeking", "seeked"]) video.addEventListener(kind, show);
    box.querySelector("[data-code-bar]").hidden = false;
    box.querySelector("[data-code-final]").hidden = true;
    show();
  }
})();
