// What every page has: the undo bar, the choice of colours, keys.

import "./elements/undo-bar.js";
import "./elements/theme-switch.js";
import "./elements/average-colours.js";
