// What can be laid over a photo to judge it: its histogram, and where it is sharp.

// Both are measured at one size, so that a photo is not sharper for having fewer pixels.
const LONG_EDGE_PX = 1024;
const HISTOGRAM = { width: 256, height: 80 };
// Second difference of brightness (0..255) from which an edge is crisp.
const CRISP = 48;
const CRISP_COLOUR = [255, 106, 61, 255];

async function pixelsOf(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const scale = LONG_EDGE_PX / Math.max(image.naturalWidth, image.naturalHeight);
  const width = Math.max(1, Math.round(image.naturalWidth * scale));
  const height = Math.max(1, Math.round(image.naturalHeight * scale));
  const context = canvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

function canvas(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

/** A canvas with the histogram of each colour, and a line at both ends where detail is lost. */
export async function histogramOf(address, name) {
  const { data } = await pixelsOf(address);
  const counts = [0, 1, 2].map(() => new Uint32Array(256));
  for (let at = 0; at < data.length; at += 4) {
    for (let channel = 0; channel < 3; channel += 1) counts[channel][data[at + channel]] += 1;
  }
  const drawn = canvas(HISTOGRAM.width, HISTOGRAM.height);
  const context = drawn.getContext("2d");
  // The ends may hold a whole white sky: they do not set the scale.
  const most = Math.max(1, ...counts.map((each) => Math.max(...each.subarray(2, 254))));
  context.globalCompositeOperation = "lighter";
  for (const [channel, colour] of ["#b8352b", "#2c8a45", "#3d68c0"].entries()) {
    context.fillStyle = colour;
    counts[channel].forEach((count, level) => {
      const height = Math.min(1, count / most) * HISTOGRAM.height;
      context.fillRect(level, HISTOGRAM.height - height, 1, height);
    });
  }
  drawn.className = "pane__histogram";
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", `Histogram of ${name}: ${clippingIn(counts)}`);
  return drawn;
}

function clippingIn(counts) {
  const total = counts[0].reduce((sum, count) => sum + count, 0) || 1;
  const share = (ends) => {
    const lost = Math.max(...counts.map((each) => ends.reduce((sum, level) => sum + each[level], 0)));
    return `${Math.round((100 * lost) / total)} %`;
  };
  return `${share([0, 1])} black, ${share([254, 255])} white`;
}

/** A canvas of the photo's shape, coloured where its edges are crisp. */
export async function sharpEdgesOf(address) {
  const { data, width, height } = await pixelsOf(address);
  const light = new Float32Array(width * height);
  for (let at = 0; at < light.length; at += 1) {
    light[at] = 0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2];
  }
  const drawn = canvas(width, height);
  const context = drawn.getContext("2d");
  const edges = context.createImageData(width, height);
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const around = light[at - 1] + light[at + 1] + light[at - width] + light[at + width];
      if (Math.abs(4 * light[at] - around) > CRISP) edges.data.set(CRISP_COLOUR, 4 * at);
    }
  }
  context.putImageData(edges, 0, 0);
  drawn.className = "pane__layer pane__edges";
  drawn.setAttribute("aria-hidden", "true");
  return drawn;
}
