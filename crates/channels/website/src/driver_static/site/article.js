(function () {
  var tools = document.querySelector(".tools");
  var content = document.getElementById("content");
  if (!tools || !content) return;
  tools.hidden = false;
  tools.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-print")) { window.print(); return; }
    content.setAttribute("data-size", button.getAttribute("data-size"));
    tools.querySelectorAll("[data-size]").forEach(function (other) {
      other.setAttribute("aria-pressed", String(other === button));
    });
  });
})();
