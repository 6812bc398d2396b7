// Shows the form that is of no use without this script, and what Pagefind finds. The index is large:
// nothing of it is loaded before the first word is typed.

const AT_ONCE = 10;
const PAUSE = 250; // milliseconds between the last key and the search

const at = (id) => document.getElementById(id);
const [form, words, status, found, more] = ["_form", "_words", "_status", "_found", "_more"].map(at);

let engine;
let results = [];
let shown = 0;
let latest = 0;
let timer;

form.hidden = false;
at("_without").hidden = true;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
words.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, PAUSE);
});
words.addEventListener("focus", () => load().catch(() => {}), { once: true });
more.querySelector("button").addEventListener("click", () => show(latest));

words.value = new URLSearchParams(location.search).get("q") ?? "";
if (words.value.trim()) search();

function load() {
  engine ??= import("./pagefind/pagefind.js").then(async (found) => {
    await found.options({ excerptLength: 28 });
    await found.init();
    return found;
  });
  return engine;
}

async function search() {
  clearTimeout(timer);
  const asked = words.value.trim();
  const mine = ++latest;
  const address = new URL(location.href);
  if (asked) address.searchParams.set("q", asked);
  else address.searchParams.delete("q");
  history.replaceState(null, "", address);
  if (!asked) return say("", []);
  found.setAttribute("aria-busy", "true");
  try {
    const answer = await (await load()).search(asked);
    if (mine !== latest) return;
    const count = answer.results.length;
    say(count ? `${count} ${count === 1 ? "place" : "places"}` : "Nothing found.", answer.results);
    await show(mine);
  } catch (problem) {
    engine = undefined;
    say("The search could not be loaded. Try again, or look through the archive.", []);
    at("_without").hidden = false;
    throw problem;
  } finally {
    if (mine === latest) found.setAttribute("aria-busy", "false");
  }
}

function say(message, list) {
  status.textContent = message;
  results = list;
  shown = 0;
  found.replaceChildren();
  more.hidden = true;
}

async function show(mine) {
  const next = results.slice(shown, shown + AT_ONCE);
  const all = await Promise.all(next.map((one) => one.data()));
  if (mine !== latest) return;
  const first = shown;
  found.append(...all.map(line));
  shown += next.length;
  more.hidden = shown >= results.length;
  // Who asked for more with the keyboard reads on where it begins.
  if (first) found.children[first].querySelector("a").focus();
}

function line({ meta, excerpt }) {
  const item = document.createElement("li");
  const place = document.createElement("p");
  place.className = "place";
  place.append(...[`No. ${meta.issue}`, meta.day, meta.themes].filter(Boolean).map(span));
  const title = document.createElement("h2");
  const link = document.createElement("a");
  link.href = `../${meta.place}`;
  link.textContent = meta.title;
  title.append(link);
  item.append(place, title, passage(excerpt));
  return item;
}

function span(text) {
  const one = document.createElement("span");
  one.textContent = text;
  return one;
}

// The excerpt comes as HTML. It is read in a document where nothing runs or loads, and of its marks
// only those of what was found are taken over.
function passage(excerpt) {
  const read = new DOMParser().parseFromString(excerpt, "text/html").body;
  const text = document.createElement("p");
  text.append("… ");
  for (const node of read.childNodes) {
    if (node.nodeName === "MARK") {
      const mark = document.createElement("mark");
      mark.textContent = node.textContent;
      text.append(mark);
    } else text.append(node.textContent);
  }
  text.append(" …");
  return text;
}
