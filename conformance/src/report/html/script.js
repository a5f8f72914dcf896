"use strict";
(() => {
  const root = document.documentElement;
  const form = document.querySelector(".filter");
  const failures = [...document.querySelectorAll("details.failure")];
  const nothing = document.querySelector(".nothing");
  const count = form.querySelector("output");
  root.classList.add("script");

  // What a text is looked for in, gathered once.
  const texts = new Map(failures.map((failure) => [failure, failure.textContent.toLowerCase()]));

  const fits = (failure, wanted) =>
    wanted.words.every((word) => texts.get(failure).includes(word)) &&
    wanted.choices.every(([name, value]) => failure.dataset[name].split(" ").includes(value));

  const filter = () => {
    const values = [...new FormData(form)];
    const text = values.find(([name]) => name === "text")[1];
    const wanted = {
      words: text.toLowerCase().split(/\s+/).filter((word) => word !== ""),
      choices: values.filter(([name, value]) => name !== "text" && value !== ""),
    };
    let shown = 0;
    for (const failure of failures) {
      failure.hidden = !fits(failure, wanted);
      shown += failure.hidden ? 0 : 1;
    }
    const isActive = wanted.words.length + wanted.choices.length > 0;
    for (const section of document.querySelectorAll(".risk, .kind")) {
      section.hidden = isActive && !section.querySelector("details.failure:not([hidden])");
    }
    nothing.hidden = !(isActive && shown === 0);
    count.textContent = `${shown} of ${failures.length} shown`;
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  // Values are as they were until the event is over.
  form.addEventListener("reset", () => setTimeout(filter));
  const openAll = (open) => {
    for (const failure of failures.filter((failure) => !failure.hidden)) failure.open = open;
  };
  form.elements.open.addEventListener("click", () => openAll(true));
  form.elements.close.addEventListener("click", () => openAll(false));

  // A link to a failure opens it, also where the filter hides it.
  const follow = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = id === "" ? null : document.getElementById(id);
    const failure = target?.closest("details.failure");
    if (!failure) return;
    if (failure.hidden) {
      form.reset();
      for (const hidden of document.querySelectorAll(".failure[hidden], .risk[hidden], .kind[hidden]")) hidden.hidden = false;
    }
    failure.open = true;
    failure.scrollIntoView();
    failure.querySelector("summary").focus({ preventScroll: true });
  };
  addEventListener("hashchange", follow);

  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      select(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });

  // Browsers that cannot open sections by style alone.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });

  filter();
  follow();
})();
