// How much a file takes, in words; the same as gallery/core/sizes.py.

const UNITS = ["kB", "MB", "GB", "TB"];

export function bytes(count) {
  if (count < 1000) return `${Math.round(count)} B`;
  let value = count / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(value < 9.95 ? 1 : 0)} ${UNITS[unit]}`;
}
