"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("filters");
  const list = document.getElementById("pairs");
  const count = document.getElementById("count");
  const more = document.getElementById("more");
  const step = 50;
  const kept = {
    wrong: (row) => row.w,
    false: (row) => row.f && row.g,
    missed: (row) => !row.f && row.g,
    flagged: (row) => row.f,
  };
  const orders = {
    surest: (one, two) => two.c - one.c,
    unsurest: (one, two) => one.c - two.c,
    score: (one, two) => two.x - one.x,
    order: () => 0,
  };
  let found = [];
  let shown = 0;

  const slices = [...new Set(data.rows.flatMap((row) => row.k))].sort();
  for (const name of slices) form.elements.slice.append(new Option(name, name));

  function text(tag, words, name) {
    const element = document.createElement(tag);
    element.textContent = words;
    if (name) element.className = name;
    return element;
  }

  function item(row) {
    const element = document.createElement("li");
    if (row.w || row.g) element.className = "wrong";
    element.append(text("p", row.a), text("p", row.b));
    const said = [
      `${data.sets.length > 1 ? data.sets[row.s] + " " : ""}${row.n}`,
      `true ${row.t}`,
      `predicted ${row.p} (${(100 * row.c).toFixed(0)} %)`,
      `contradiction score ${row.x.toFixed(2)}${row.f ? ", flagged" : ""}`,
      ...row.k,
    ];
    element.append(text("p", said.join(" · "), "said"));
    return element;
  }

  function extend() {
    list.append(...found.slice(shown, shown + step).map(item));
    shown = Math.min(found.length, shown + step);
    more.hidden = shown === found.length;
    count.textContent = `${found.length.toLocaleString("en")} of ${data.rows.length.toLocaleString("en")} pairs`;
  }

  function filter() {
    const wanted = Object.fromEntries(new FormData(form));
    const words = (wanted.words || "").toLowerCase().split(/\s+/).filter(Boolean);
    found = data.rows.filter((row) => {
      if (wanted.set && row.s !== Number(wanted.set)) return false;
      if (wanted.show && !kept[wanted.show](row)) return false;
      if (wanted.truth && row.t !== wanted.truth) return false;
      if (wanted.said && row.p !== wanted.said) return false;
      if (wanted.slice && !row.k.includes(wanted.slice)) return false;
      const both = words.length ? `${row.a}\n${row.b}`.toLowerCase() : "";
      return words.every((word) => both.includes(word));
    });
    if (wanted.sort !== "order") found.sort(orders[wanted.sort]);
    list.replaceChildren();
    shown = 0;
    extend();
  }

  function set(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements[name];
      if (field) field.value = value;
    }
    filter();
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", extend);
  for (const button of document.querySelectorAll(".confusion button")) {
    button.addEventListener("click", () => {
      const { set: number, truth, said } = button.dataset;
      set({ set: number, show: "", truth, said, slice: "", words: "" });
      document.getElementById("explorer").scrollIntoView();
    });
  }
  // A view can be linked to: report.html#?show=missed&slice=numbers
  const linked = location.hash.startsWith("#?") ? new URLSearchParams(location.hash.slice(2)) : [];
  set(Object.fromEntries(linked));
})();
