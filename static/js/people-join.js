// The time zone of whoever joins, so that today is their today.
const zone = document.querySelector("input[name='time_zone']");
if (zone && !zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
