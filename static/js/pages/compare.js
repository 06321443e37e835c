import "../elements/keys-help.js";
import "../elements/photo-compare.js";
