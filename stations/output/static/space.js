/* What is taken on a sheet, in small squares: so that a number stands where it covers nothing. */
(function () {
  "use strict";

  const SIDE = 4; // CSS pixels

  Atlas.Space = class {
    constructor(sight) {
      this.left = sight.left;
      this.top = sight.top;
      this.columns = Math.max(1, Math.ceil((sight.right - sight.left) / SIDE));
      this.rows = Math.max(1, Math.ceil((sight.bottom - sight.top) / SIDE));
      this.taken = new Uint8Array(this.columns * this.rows);
    }

    /* Call `each` with every square that a box touches, until it says true; what lies beyond the sheet is left out. */
    some(left, top, right, bottom, each) {
      const last = (value, most) => Math.min(Math.floor(value / SIDE), most - 1);
      const east = last(right - this.left, this.columns);
      const south = last(bottom - this.top, this.rows);
      for (let row = Math.max(0, Math.floor((top - this.top) / SIDE)); row <= south; row += 1) {
        for (let column = Math.max(0, Math.floor((left - this.left) / SIDE)); column <= east; column += 1) {
          if (each(row * this.columns + column)) return true;
        }
      }
      return false;
    }

    take(left, top, right, bottom) {
      this.some(left, top, right, bottom, (at) => {
        this.taken[at] = 1;
        return false;
      });
    }

    /* Return a sheet on which the same is taken. */
    copy() {
      const right = this.left + this.columns * SIDE;
      const other = new Atlas.Space({left: this.left, top: this.top, right: right, bottom: this.top + this.rows * SIDE});
      other.taken.set(this.taken);
      return other;
    }

    isFree(left, top, right, bottom) {
      return !this.some(left, top, right, bottom, (at) => this.taken[at] === 1);
    }
  };
})();
