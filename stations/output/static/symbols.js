/* How a mark looks. The map and its legend draw with the same strokes; colour, shape and size come with the data. */
(function () {
  "use strict";

  const HALO = 2; // white rim that sets a mark off from its neighbours, CSS pixels
  const DASH = [2.5, 2];

  function star(path, radius) {
    for (let corner = 0; corner < 10; corner += 1) {
      const reach = corner % 2 ? radius * 0.45 : radius;
      const turn = corner * Math.PI / 5;
      path.lineTo(reach * Math.sin(turn), -reach * Math.cos(turn));
    }
    path.closePath();
  }

  function diamond(path, radius) {
    path.moveTo(0, -radius);
    path.lineTo(radius, 0);
    path.lineTo(0, radius);
    path.lineTo(-radius, 0);
    path.closePath();
  }

  function circle(path, radius) {
    path.arc(0, 0, radius, 0, 2 * Math.PI);
  }

  function plus(path, radius) {
    const arm = radius * 0.36;
    path.rect(-arm, -radius, 2 * arm, radius - arm);
    path.rect(-radius, -arm, 2 * radius, 2 * arm);
    path.rect(-arm, arm, 2 * arm, radius - arm);
  }

  const SHAPES = {star: star, diamond: diamond, circle: circle, ring: circle, plus: plus};
  const sprites = new Map();

  /* Draw a mark centred on the context's origin; an approximate place is pale with a dashed outline. */
  Atlas.draw = function (context, mark, approximate) {
    const hollow = approximate || mark.shape === "ring";
    const radius = mark.size / 2 - (hollow ? 1 : 0);
    const path = new Path2D();
    SHAPES[mark.shape](path, radius);
    context.lineJoin = "round";
    context.strokeStyle = "#FFFFFF";
    context.lineWidth = 2 * HALO + (hollow ? 2 : 0);
    context.stroke(path);
    context.fillStyle = hollow ? "#FFFFFF" : mark.colour;
    context.fill(path);
    if (!hollow) return;
    context.fillStyle = context.strokeStyle = mark.colour;
    context.lineWidth = approximate ? 1.6 : 2;
    context.globalAlpha = 0.25;
    if (approximate && mark.shape !== "ring") context.fill(path);
    context.globalAlpha = 1;
    context.setLineDash(approximate ? DASH : []);
    context.stroke(path);
    context.setLineDash([]);
  };

  /* The same mark drawn once per screen density, for stamping. Its `reach` is half its width in CSS pixels. */
  Atlas.sprite = function (mark, approximate, ratio) {
    const key = [mark.shape, mark.colour, mark.size, approximate, ratio].join();
    if (!sprites.has(key)) {
      const reach = Math.ceil(mark.size / 2 + HALO + 1);
      const canvas = Atlas.pixels(2 * reach, 2 * reach, ratio);
      const context = canvas.getContext("2d");
      context.translate(reach, reach);
      Atlas.draw(context, mark, approximate);
      sprites.set(key, {canvas: canvas, reach: reach});
    }
    return sprites.get(key);
  };

  /* A canvas of so many CSS pixels, sharp at `ratio` device pixels each; one unit of its context is one CSS pixel. */
  Atlas.pixels = function (width, height, ratio, canvas) {
    canvas = canvas || document.createElement("canvas");
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";
    canvas.getContext("2d").scale(ratio, ratio);
    return canvas;
  };

  Atlas.ratio = function () {
    return Math.min(window.devicePixelRatio || 1, 3);
  };
})();
