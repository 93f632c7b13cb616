// The player's own controls on a native <video>: the page works without them, with the browser's.
"use strict";

(() => {
  const STEP_S = 10;
  const VOLUME_STEP = 0.1;
  const RENEW_BEFORE_S = 60;
  const FIRST_WAIT_MS = 250;
  const LARGEST_WAIT_MS = 30000;

  const player = document.querySelector("[data-player]");
  if (!player) return;
  const find = (name) => player.querySelector(`[data-${name}]`);
  const video = player.querySelector("video");
  const told = JSON.parse(document.getElementById("timeline").textContent);
  const seekbar = find("seekbar");
  const items = [...document.querySelectorAll("[data-question]")];

  const clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds || 0));
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
    const two = (number) => String(number).padStart(2, "0");
    return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  };
  const length = () => (Number.isFinite(video.duration) && video.duration > 0 ? video.duration : told.duration);
  const share = (seconds) => `${(100 * Math.min(1, Math.max(0, seconds / (length() || 1)))).toFixed(3)}%`;
  const questionAt = (seconds) => {
    let found = -1;
    told.questions.forEach((question, number) => {
      if (question.at <= seconds + 0.05) found = number;
    });
    return found;
  };

  // ── Seeking ────────────────────────────────────────────────────────────────────────────────────

  const go = (seconds) => {
    video.currentTime = Math.max(0, Math.min(seconds, Math.max(0, length() - 0.05)));
    show();
  };
  const jump = (seconds) => {
    go(seconds);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const box = player.getBoundingClientRect();
    if (box.top < 0 || box.top > innerHeight / 2) player.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-seek]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    jump(Number(link.dataset.seek));
    toggle(true);
  });
  seekbar.addEventListener("input", () => go(Number(seekbar.value)));

  const tip = find("tip");
  player.querySelector(".seek").addEventListener("pointermove", (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const place = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    const seconds = place * length();
    const gap = told.gaps.find((each) => Math.abs(each.at - seconds) < (length() * 6) / box.width);
    const question = told.questions[questionAt(seconds)];
    const what = gap ? gap.text : question ? question.text : "";
    tip.textContent = what ? `${clock(seconds)}  ${what}` : clock(seconds);
    tip.hidden = false;
    const half = tip.offsetWidth / 2;
    tip.style.left = `${Math.min(box.width - half, Math.max(half, place * box.width))}px`;
  });
  player.querySelector(".seek").addEventListener("pointerleave", () => { tip.hidden = true; });

  // ── Buttons ────────────────────────────────────────────────────────────────────────────────────

  const toggle = (wanted) => {
    const playing = wanted ?? video.paused;
    if (playing) video.play().catch((error) => { if (error.name === "NotAllowedError") say("Press play to go on."); });
    else video.pause();
  };
  find("play").addEventListener("click", () => toggle());
  find("back").addEventListener("click", () => go(video.currentTime - STEP_S));
  find("forward").addEventListener("click", () => go(video.currentTime + STEP_S));
  find("speed").addEventListener("change", (event) => {
    video.defaultPlaybackRate = Number(event.target.value); // kept when a fresh link is loaded
    video.playbackRate = video.defaultPlaybackRate;
  });
  find("mute").addEventListener("click", () => { video.muted = !video.muted; });
  find("volume").addEventListener("input", (event) => { video.volume = Number(event.target.value); video.muted = false; });
  const louder = (step) => { video.volume = Math.min(1, Math.max(0, video.volume + step)); video.muted = false; };
  video.addEventListener("click", () => toggle());
  video.addEventListener("dblclick", () => full());

  const captionsButton = find("captions");
  const track = video.textTracks[0];
  const captions = () => {
    if (!track) return;
    track.mode = track.mode === "showing" ? "hidden" : "showing";
    captionsButton.setAttribute("aria-pressed", String(track.mode === "showing"));
    remember("captions", track.mode);
  };
  if (track) {
    track.mode = recall("captions") === "showing" ? "showing" : "hidden";
    captionsButton.setAttribute("aria-pressed", String(track.mode === "showing"));
    captionsButton.addEventListener("click", captions);
  }

  const full = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (player.requestFullscreen) player.requestFullscreen().catch(() => say("This browser does not allow the full screen here."));
    else if (video.webkitEnterFullscreen) video.webkitEnterFullscreen();
  };
  find("full").addEventListener("click", full);
  document.addEventListener("fullscreenchange", () => {
    find("full").setAttribute("aria-label", document.fullscreenElement ? "Leave the full screen" : "Full screen");
  });

  // ── Keyboard ───────────────────────────────────────────────────────────────────────────────────

  const keysOn = document.querySelector("[data-keys-on]");
  keysOn.checked = recall("keys") !== "off";
  keysOn.addEventListener("change", () => remember("keys", keysOn.checked ? "on" : "off"));

  const keys = {
    " ": () => toggle(),
    ArrowLeft: () => go(video.currentTime - STEP_S),
    ArrowRight: () => go(video.currentTime + STEP_S),
    c: captions,
    f: full,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const at = event.target;
    const inside = player.contains(at);
    if (!inside && !keysOn.checked) return;
    if (at.matches("input:not([type=range]), select, textarea, pre, summary") || at === find("volume")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === " " && at.matches("button")) return; // the key presses that button
    let act = keys[key];
    if (/^[1-9]$/.test(key) && told.questions[Number(key) - 1]) act = () => jump(told.questions[Number(key) - 1].at);
    if (inside && key === "ArrowUp") act = () => louder(VOLUME_STEP);
    if (inside && key === "ArrowDown") act = () => louder(-VOLUME_STEP);
    if (!act) return;
    event.preventDefault();
    act();
  });

  // ── What is shown ──────────────────────────────────────────────────────────────────────────────

  let current = -2;
  const show = () => {
    const now = video.currentTime;
    seekbar.max = String(length() || 0);
    seekbar.value = String(now);
    find("done").style.width = share(now);
    find("now").textContent = clock(now);
    find("length").textContent = clock(length());
    const number = questionAt(now);
    const text = number >= 0 ? told.questions[number].text : "";
    seekbar.setAttribute("aria-valuetext", `${clock(now)} of ${clock(length())}${text ? `, question ${text}` : ""}`);
    if (number !== current) {
      current = number;
      find("chapter").textContent = text;
      items.forEach((item, place) => {
        if (place === number) {
          item.setAttribute("aria-current", "true");
          const list = item.parentElement;
          if (item.offsetTop < list.scrollTop || item.offsetTop + item.offsetHeight > list.scrollTop + list.clientHeight) {
            list.scrollTop = item.offsetTop - list.clientHeight / 3;
          }
        } else item.removeAttribute("aria-current");
      });
    }
  };
  const marks = () => {
    const place = (kind, seconds) => {
      const mark = document.createElement("i");
      mark.className = kind;
      mark.style.left = share(seconds);
      return mark;
    };
    find("marks").replaceChildren(
      ...told.questions.map((question) => place("question", question.at)),
      ...told.gaps.map((gap) => place("gap", gap.at)),
    );
    show();
  };
  const loaded = () => {
    const { buffered, currentTime } = video;
    for (let each = 0; each < buffered.length; each += 1) {
      if (buffered.start(each) <= currentTime + 0.1 && currentTime <= buffered.end(each)) find("loaded").style.width = share(buffered.end(each));
    }
  };
  const playing = () => {
    player.classList.toggle("playing", !video.paused);
    find("play").setAttribute("aria-label", video.paused ? "Play" : "Pause");
  };
  const volume = () => {
    const silent = video.muted || video.volume === 0;
    player.classList.toggle("muted", silent);
    find("mute").setAttribute("aria-pressed", String(silent));
    find("volume").value = String(video.muted ? 0 : video.volume);
  };
  for (const kind of ["timeupdate", "seeking", "seeked"]) video.addEventListener(kind, show);
  for (const kind of ["loadedmetadata", "durationchange"]) video.addEventListener(kind, marks);
  video.addEventListener("progress", loaded);
  video.addEventListener("timeupdate", loaded);
  for (const kind of ["play", "pause", "ended"]) video.addEventListener(kind, playing);
  video.addEventListener("volumechange", volume);

  // ── A fresh link before this one ends, and after an error ──────────────────────────────────────

  const trouble = find("trouble");
  const say = (text) => { trouble.textContent = text; trouble.hidden = !text; };
  let made = performance.now();
  let failures = 0;
  let renewing = false;
  let place = Number(/#t=([\d.]+)/.exec(video.src)?.[1] ?? 0);
  let resume = false;
  let pending = null;

  // While a link is loaded, or fails to, the element says 0 and paused: what was before counts.
  for (const kind of ["timeupdate", "seeking", "seeked"]) {
    video.addEventListener(kind, () => { if (video.readyState > 0 && !video.error) place = video.currentTime; });
  }

  video.addEventListener("loadedmetadata", () => {
    if (pending === null) return;
    say("");
    video.currentTime = pending;
    pending = null;
    if (resume) toggle(true);
    resume = false;
  });

  const renew = async () => {
    if (renewing) return;
    renewing = true;
    resume ||= !video.paused && !video.ended;
    const at = place;
    try {
      const answer = await fetch(told.fresh, {
        method: "POST",
        headers: { "X-CSRFToken": player.querySelector("[name=csrfmiddlewaretoken]").value },
      });
      if (answer.redirected || answer.status === 403) {
        say("You are signed out. Please load this page again and sign in.");
        return;
      }
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const fresh = await answer.json();
      made = performance.now();
      pending = at;
      video.src = fresh.url;
      video.load();
    } catch {
      failures += 1;
      say("The connection is lost. Trying again…");
      setTimeout(renew, Math.min(LARGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures));
    } finally {
      renewing = false;
    }
  };
  video.addEventListener("playing", () => { failures = 0; say(""); });
  const failed = () => {
    failures += 1;
    if (failures > 5) say("The recording cannot be played. Please load this page again.");
    else setTimeout(renew, failures > 1 ? Math.min(LARGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) : 0);
  };
  video.addEventListener("error", failed);
  // Not in mid-play: what is loaded plays on, and an ended link shows itself as an error. At a rest it costs nobody.
  const stale = () => (performance.now() - made) / 1000 > told.seconds - RENEW_BEFORE_S;
  video.addEventListener("play", () => { if (stale()) renew(); });
  video.addEventListener("seeking", () => { if (stale()) renew(); });

  function recall(name) {
    try { return localStorage.getItem(`review.${name}`); } catch { return null; }
  }
  function remember(name, value) {
    try { localStorage.setItem(`review.${name}`, value); } catch { /* private browsing: it is not remembered */ }
  }

  video.controls = false;
  find("controls").hidden = false;
  document.querySelector("[data-keys]").hidden = false;
  marks();
  volume();
  playing();
  if (video.error) failed(); // it was quicker than this script
})();
