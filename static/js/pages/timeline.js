// Every page that shows days of photos: timeline, archive, trash, one camera.

import "../elements/keys-help.js";
import "../elements/photo-grid.js";
import "../elements/photo-feed.js";
import "../elements/months.js";
import "../elements/month-strip.js";
