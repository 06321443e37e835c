/** The upload page. */

import "../elements/upload-queue.js";
