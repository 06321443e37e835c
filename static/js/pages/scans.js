// The form of a scan.

import "../elements/threshold-field.js";
