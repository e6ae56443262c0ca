"use strict";
// Filters the findings of a report. All data are in the page; nothing is ever made into HTML here.
(() => {
  const form = document.getElementById("filter");
  const keys = document.querySelector(".keys");

  const foldOf = (node) => (node.matches("details") ? node : node.querySelector("details"));

  // A link to a finding, a rule or a state of the filter shows what it leads to.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target?.matches(".kind, .rule")) return;
    target.hidden = false;
    foldOf(target).open = true;
    target.scrollIntoView();
  };

  const unfolded = [];
  addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll("details:not([open], .spot)")) {
      fold.open = true;
      unfolded.push(fold);
    }
  });
  addEventListener("afterprint", () => {
    for (const fold of unfolded.splice(0)) fold.open = false;
  });

  if (!form) {
    addEventListener("hashchange", reveal);
    reveal();
    return;
  }

  const search = form.elements.q;
  const shown = document.getElementById("shown");
  const unfold = document.getElementById("unfold");
  const boxes = [...form.querySelectorAll("[name=severity]")];
  const seen = [...document.querySelectorAll("[name=seen]")];
  const selects = [...form.querySelectorAll("select")];
  const number = new Intl.NumberFormat("en");
  const kinds = [...document.querySelectorAll(".kind")].map((node) => ({
    node,
    severity: node.dataset.severity,
    definition: node.dataset.definition,
    statuses: node.dataset.statuses.split(" "),
    count: Number(node.dataset.count),
    spots: [...node.querySelectorAll("[data-status]")],
    text: "",
  }));
  const total = kinds.reduce((sum, kind) => sum + kind.count, 0);

  const matches = (kind, wanted) => {
    if (!wanted.severities.has(kind.severity)) return false;
    if (wanted.definition && kind.definition !== wanted.definition) return false;
    if (wanted.status && !kind.statuses.includes(wanted.status)) return false;
    if (wanted.words.length === 0) return true;
    kind.text ||= kind.node.textContent.toLowerCase();
    return wanted.words.every((word) => kind.text.includes(word));
  };

  const apply = () => {
    const wanted = {
      severities: new Set(boxes.filter((box) => box.checked).map((box) => box.value)),
      definition: form.elements.definition.value,
      status: form.elements.status ? form.elements.status.value : "",
      words: search.value.toLowerCase().split(/\s+/).filter(Boolean),
    };
    let some = 0;
    let findings = 0;
    for (const kind of kinds) {
      const fits = matches(kind, wanted);
      kind.node.hidden = !fits;
      if (!fits) continue;
      some += 1;
      findings += kind.count;
      for (const spot of kind.spots) {
        spot.hidden = wanted.status !== "" && spot.dataset.status !== wanted.status;
      }
    }
    const all = `${number.format(kinds.length)} ${kinds.length === 1 ? "kind" : "kinds"}`;
    shown.textContent =
      some === kinds.length
        ? `${all}, ${number.format(total)} ${total === 1 ? "finding" : "findings"}`
        : `${number.format(some)} of ${all}, ${number.format(findings)} of ${number.format(total)} findings`;
  };

  // The state is written into the address as `#?q=…`, so that a link keeps it.
  const write = () => {
    const state = new URLSearchParams();
    if (search.value) state.set("q", search.value);
    if (boxes.some((box) => !box.checked)) {
      state.set("severity", boxes.filter((box) => box.checked).map((box) => box.value).join(","));
    }
    for (const select of selects) if (select.value) state.set(select.name, select.value);
    for (const box of seen) if (box.checked) state.append("seen", box.value);
    const page = location.href.split("#")[0];
    history.replaceState(null, "", String(state) ? `${page}#?${state}` : page);
  };

  const read = () => {
    const state = new URLSearchParams(location.hash.slice(2));
    const severities = state.has("severity") ? state.get("severity").split(",") : null;
    search.value = state.get("q") ?? "";
    for (const box of boxes) box.checked = severities === null || severities.includes(box.value);
    for (const select of selects) {
      select.value = state.get(select.name) ?? "";
      if (select.selectedIndex < 0) select.value = "";
    }
    for (const box of seen) box.checked = state.getAll("seen").includes(box.value);
    apply();
  };

  const follow = () => (location.hash.startsWith("#?") ? read() : reveal());
  let waiting = 0;
  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      apply();
      write();
    }, 80);
  };

  form.addEventListener("input", changed);
  form.addEventListener("reset", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const box of seen) box.addEventListener("change", changed);
  unfold.addEventListener("click", () => {
    const isOpen = unfold.textContent === "Close all";
    for (const kind of kinds) {
      if (!kind.node.hidden) foldOf(kind.node).open = !isOpen;
    }
    unfold.textContent = isOpen ? "Open all" : "Close all";
  });
  addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input[type=search], select, textarea");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape") {
      event.preventDefault();
      form.reset();
    }
  });
  addEventListener("hashchange", () => {
    follow();
    if (location.hash.startsWith("#?")) form.scrollIntoView();
  });

  form.hidden = false;
  keys.hidden = false;
  apply();
  follow();
})();
