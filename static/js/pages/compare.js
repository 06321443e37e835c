import "../elements/keys-help.js";
import "../elements/photo-compare.js";

// The captions say where the photos are.
document.body.addEventListener("photos-returned", () => location.reload());
