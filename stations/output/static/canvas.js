/* One sheet of the map: a canvas somewhat larger than the view that pans and zooms with Leaflet and is painted again
   when the view comes to rest, leaves the sheet, or outgrows its sharpness. */
(function () {
  "use strict";

  Atlas.Canvas = L.Renderer.extend({
    options: {padding: 0.2},

    initialize: function (paint, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._paint = paint;
      this._wanted = null;
    },

    /* Paint again before the next frame; many wishes are one painting. */
    repaint: function () {
      if (this._wanted === null) this._wanted = requestAnimationFrame(() => this._map && this._update());
    },

    getEvents: function () {
      return Object.assign(L.Renderer.prototype.getEvents.call(this), {move: this._follow});
    },

    _initContainer: function () {
      this._container = document.createElement("canvas");
      this._container.setAttribute("aria-hidden", "true");
    },

    _destroyContainer: function () {
      cancelAnimationFrame(this._wanted);
      this._container.remove();
      delete this._container;
    },

    _update: function () {
      if (this._map._animatingZoom && this._bounds) return; // zoomend paints
      cancelAnimationFrame(this._wanted);
      this._wanted = null;
      L.Renderer.prototype._update.call(this);
      const corner = this._bounds.min;
      const size = this._bounds.getSize();
      const ratio = Atlas.ratio();
      Atlas.pixels(size.x, size.y, ratio, this._container);
      L.DomUtil.setPosition(this._container, corner);
      const context = this._container.getContext("2d");
      context.translate(-corner.x, -corner.y);
      const origin = this._map.getPixelOrigin();
      this._paint(context, {
        zoom: this._zoom,
        scale: Math.pow(2, this._zoom), // world pixels → layer pixels: value * scale - origin
        x: origin.x,
        y: origin.y,
        left: corner.x,
        top: corner.y,
        right: this._bounds.max.x,
        bottom: this._bounds.max.y,
        ratio: ratio,
      });
    },

    _follow: function () {
      const corner = this._map.containerPointToLayerPoint([0, 0]);
      const view = L.bounds(corner, corner.add(this._map.getSize()));
      if (!this._bounds.contains(view) || Math.abs(this._map.getZoom() - this._zoom) > 1) this._update();
    },

    _updatePaths: function () {}, // the base class listens to its own "update", which is never fired here
  });
})();
