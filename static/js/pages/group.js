// One group of similar photos after the other, decided by key, mouse or thumb.

import "../elements/gains-preview.js";
import "../elements/review-desk.js";
import "../elements/review-run.js";
