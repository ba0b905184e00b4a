// Goes where the page's one link goes, after a moment to read what happened.
const link = document.querySelector("[data-move-on]");
if (link) setTimeout(() => location.replace(link.href), 900);
