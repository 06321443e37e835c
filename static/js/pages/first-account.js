/** Preselects the time zone the browser is in, unless a person chose one already. */

const zones = document.querySelector("select[name='home_zone_name']");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

if (zones && zones.value === "UTC" && [...zones.options].some((option) => option.value === here)) {
  zones.value = here;
}
