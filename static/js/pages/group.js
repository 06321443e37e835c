// One group of similar photos, decided by key, mouse or thumb.

import "../elements/review-desk.js";
