
"use strict";
(function () {
  var store = document.body.getAttribute("data-store");
  var memory = null;
  try { memory = window.localStorage; memory.getItem(store); } catch (refused) { memory = null; }
  var boxes = Array.prototype.slice.call(document.querySelectorAll("input[data-key]"));
  var done = {};
  if (memory) {
    try { done = JSON.parse(memory.getItem(store)) || {}; } catch (damaged) { done = {}; }
  }
  var progress = document.getElementById("progress");
  function show() {
    var ticked = boxes.filter(function (box) { return box.checked; }).length;
    progress.textContent = ticked + " of " + boxes.length + " done" + (memory ? "" : " (this browser does not keep ticks)");
  }
  boxes.forEach(function (box) {
    var key = box.getAttribute("data-key");
    if (done[key] === true) { box.checked = true; }
    box.addEventListener("change", function () {
      if (box.checked) { done[key] = true; } else { delete done[key]; }
      if (memory) {
        try { memory.setItem(store, JSON.stringify(done)); } catch (full) { memory = null; }
      }
      show();
    });
  });
  progress.hidden = false;
  show();
  var said = document.getElementById("said");
  function tell(button, words) {
    said.textContent = words + " " + button.getAttribute("aria-label");
    button.textContent = words;
    window.setTimeout(function () { button.textContent = "Copy"; }, 2000);
  }
  function select(source, button) {
    var range = document.createRange();
    range.selectNodeContents(source);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    var copied = false;
    try { copied = document.execCommand("copy"); } catch (refused) { copied = false; }
    tell(button, copied ? "Copied" : "Selected");
  }
  Array.prototype.forEach.call(document.querySelectorAll("button[data-copy]"), function (button) {
    var source = document.getElementById(button.getAttribute("data-copy"));
    button.hidden = false;
    button.addEventListener("click", function () {
      if (navigator.clipboard && navigator.clipboard.writeText) {
        navigator.clipboard.writeText(source.textContent).then(
          function () { tell(button, "Copied"); },
          function () { select(source, button); }
        );
      } else {
        select(source, button);
      }
    });
  });
}());
