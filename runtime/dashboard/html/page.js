(function () {
  "use strict";
  var root = document.documentElement, tip = document.getElementById("tip");
  // Light or dark: what the reader chose stays, as far as the browser keeps it.
  function stored(v) { try { if (v) localStorage.setItem("theme", v); return localStorage.getItem("theme"); } catch (e) { return null; } }
  var theme = stored();
  if (theme) root.dataset.theme = theme;
  document.getElementById("theme").addEventListener("click", function () {
    var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    stored(root.dataset.theme);
  });
  // Paper is white.
  var screen;
  addEventListener("beforeprint", function () { screen = root.dataset.theme; root.dataset.theme = "light"; });
  addEventListener("afterprint", function () { if (screen) root.dataset.theme = screen; else delete root.dataset.theme; });
  // What a period of a chart holds, by mouse, touch and keyboard.
  function show(e) {
    var slot = e.target.closest && e.target.closest(".slot");
    if (!slot) { tip.hidden = true; return; }
    var box = slot.getBoundingClientRect();
    tip.textContent = slot.textContent;
    tip.hidden = false;
    tip.style.left = Math.max(8, Math.min(box.left + box.width / 2 - tip.offsetWidth / 2, innerWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = Math.max(8, box.top - tip.offsetHeight - 6) + "px";
  }
  document.addEventListener("mouseover", show);
  document.addEventListener("focusin", show);
  document.addEventListener("focusout", function () { tip.hidden = true; });
  document.addEventListener("keydown", function (e) { if (e.key === "Escape") tip.hidden = true; });
  // Along a chart by the arrow keys: one stop for each chart.
  document.querySelectorAll(".area").forEach(function (area) {
    var slots = Array.prototype.slice.call(area.querySelectorAll(".slot"));
    slots.forEach(function (s, i) { s.tabIndex = i === slots.length - 1 ? 0 : -1; });
    area.addEventListener("keydown", function (e) {
      var i = slots.indexOf(document.activeElement), to = e.key === "ArrowLeft" ? i - 1 : e.key === "ArrowRight" ? i + 1 : -1;
      if (i < 0 || to < 0 || to >= slots.length) return;
      slots[i].tabIndex = -1;
      slots[to].tabIndex = 0;
      slots[to].focus();
      e.preventDefault();
    });
  });
  // Tables: rows that unfold, and order by a column within their parent.
  document.querySelectorAll("table.deep").forEach(function (table) {
    var rows = Array.prototype.slice.call(table.tBodies[0].rows);
    rows.forEach(function (row, i) {
      var level = +row.dataset.level, next = rows[i + 1];
      if (level > 1) row.hidden = true;
      if (level > 0 && next && +next.dataset.level > level) {
        var b = document.createElement("button");
        b.type = "button"; b.className = "unfold"; b.textContent = "▸";
        b.setAttribute("aria-expanded", "false");
        b.setAttribute("aria-label", row.cells[0].textContent.trim());
        b.addEventListener("click", function () { unfold(row, b.getAttribute("aria-expanded") === "false"); });
        row.cells[0].insertBefore(b, row.cells[0].querySelector(".indent").nextSibling);
      }
    });
  });
  function unfold(row, open) {
    var b = row.querySelector(".unfold"), level = +row.dataset.level;
    if (b) { b.setAttribute("aria-expanded", String(open)); b.textContent = open ? "▾" : "▸"; }
    for (var r = row.nextElementSibling; r && +r.dataset.level > level; r = r.nextElementSibling) {
      if (+r.dataset.level === level + 1) { r.hidden = !open; if (!open) unfold(r, false); }
    }
  }
  document.querySelectorAll(".sort").forEach(function (b) {
    b.addEventListener("click", function () {
      var th = b.closest("th"), table = th.closest("table"), body = table.tBodies[0], col = th.cellIndex;
      var down = th.getAttribute("aria-sort") !== "descending";
      table.querySelectorAll("th[aria-sort]").forEach(function (h) { h.removeAttribute("aria-sort"); });
      th.setAttribute("aria-sort", down ? "descending" : "ascending");
      sortRows(Array.prototype.slice.call(body.rows), 0, col, down).forEach(function (r) { body.appendChild(r); });
    });
  });
  function sortRows(rows, level, col, down) {
    var groups = [];
    rows.forEach(function (r) {
      var own = +(r.dataset.level || 0);
      if (!groups.length || own <= level) groups.push([r]); else groups[groups.length - 1].push(r);
    });
    if (groups.length === 1 && groups[0].length > 1) return groups[0].slice(0, 1).concat(sortRows(groups[0].slice(1), level + 1, col, down));
    groups.forEach(function (g, i) { if (g.length > 1) groups[i] = g.slice(0, 1).concat(sortRows(g.slice(1), level + 1, col, down)); });
    function value(g) { var c = g[0].cells[col]; return c.dataset.v !== undefined ? parseFloat(c.dataset.v) : c.textContent.trim(); }
    return groups.map(function (g, i) { return [g, i]; }).sort(function (a, b) {
      var x = value(a[0]), y = value(b[0]), n = typeof x === "number", m = typeof y === "number";
      var c = n && m ? x - y : n ? 1 : m ? -1 : x < y ? -1 : x > y ? 1 : 0;
      return (down ? -c : c) || a[1] - b[1];
    }).reduce(function (all, p) { return all.concat(p[0]); }, []);
  }
  // A link to a definition opens it.
  function open() { var d = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1))); if (d && d.tagName === "DETAILS") d.open = true; }
  addEventListener("hashchange", open);
  open();
})();
