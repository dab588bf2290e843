/* Measure along a line: each click adds a corner; Escape, a double click or the button ends it. Great-circle
   distances on a sphere (Leaflet's 6,371 km), within 0.6 % of the ellipsoid. */
(function () {
  "use strict";

  Atlas.distance = function (metres) {
    return metres < 1000 ? Math.round(metres) + " m" : (metres / 1000).toFixed(metres < 10000 ? 2 : 1) + " km";
  };

  Atlas.Measure = function (view) {
    const map = view.map;
    const style = {color: "#22303C", weight: 2.5, interactive: false, pane: "atlasMeasure"};
    let corners = [];
    let line = null;

    const total = () => corners.slice(1).reduce((sum, corner, at) => sum + map.distance(corners[at], corner), 0);
    const tell = (metres) => view.controls.notice(corners.length ? Atlas.distance(metres) : view.words.measuring);

    const follow = (event) => {
      if (!corners.length) return;
      line.setLatLngs(corners.concat([event.latlng]));
      tell(total() + map.distance(corners[corners.length - 1], event.latlng));
    };

    this.active = false;

    this.add = function (latlng) {
      corners.push(latlng);
      line.setLatLngs(corners);
      tell(total());
    };

    const rest = () => {
      map.off("mousemove", follow);
      line.setLatLngs(corners);
      if (corners.length) tell(total());
    };

    const key = (event) => event.key === "Escape" && this.active && this.toggle();

    this.toggle = function () {
      this.active = !this.active;
      const change = this.active ? "on" : "off";
      map.getContainer().classList.toggle("atlas-measuring", this.active);
      map.getContainer().querySelector("[data-word=measure]").setAttribute("aria-pressed", String(this.active));
      map.doubleClickZoom[this.active ? "disable" : "enable"]();
      map[change]("mousemove", follow)[change]("dblclick", rest);
      document[this.active ? "addEventListener" : "removeEventListener"]("keydown", key);
      if (line) line.remove();
      corners = [];
      line = this.active ? L.polyline([], style).addTo(map) : null;
      view.controls.notice(this.active ? view.words.measuring : "");
    };
  };
})();
