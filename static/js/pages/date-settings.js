// The page that says which dates are believed first.

import "../elements/order-list.js";
