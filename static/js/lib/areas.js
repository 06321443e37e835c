// Areas of a picture as lists of corners [x, y] in shares of it; every function returns new ones.

export const FEWEST_CORNERS = 3;

const inside = (share) => Math.min(1, Math.max(0, Math.round(share * 1e4) / 1e4));

/** A square in the middle, to be pulled into shape. */
export function freshArea() {
  return [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]];
}

export function moved(area, place, x, y) {
  return area.map((corner, index) => (index === place ? [inside(x), inside(y)] : corner));
}

/** One more corner, half-way to the next. */
export function split(area, place) {
  const [x, y] = area[place];
  const [nextX, nextY] = area[(place + 1) % area.length];
  const between = [inside((x + nextX) / 2), inside((y + nextY) / 2)];
  return [...area.slice(0, place + 1), between, ...area.slice(place + 1)];
}

export function without(area, place) {
  return area.filter((_, index) => index !== place);
}

export function pathOf(area, closed = true) {
  const points = area.map(([x, y]) => `${x} ${y}`).join("L");
  return area.length ? `M${points}${closed ? "Z" : ""}` : "";
}

/** The edges that a border mask leaves out, in percent, as a path with a hole. */
export function borderPath(left, top, right, bottom) {
  const [x, y, endX, endY] = [left / 100, top / 100, 1 - right / 100, 1 - bottom / 100];
  const whole = "M0 0H1V1H0Z";
  return endX > x && endY > y ? `${whole}M${x} ${y}H${endX}V${endY}H${x}Z` : whole;
}

export function place([x, y]) {
  return `${Math.round(x * 100)} % across, ${Math.round(y * 100)} % down`;
}
