/** Seconds that an answer is waited for: at AWS a page may take some, as each read is tried again for a while. */
const ANSWER_SECONDS_MAX = 60;

/**
 * What a browser runs: as long as the page can be seen, it is fetched anew, and what has changed in it is put in its place.
 * What the reader has typed, marked, focused or scrolled to stays. Without the script the page is the same, and stands still.
 */
export const REFRESH = `
const seconds = Number(document.body.dataset.refresh);
const note = document.querySelector('[role="status"]');

function say(text) {
  if (note.textContent !== text) note.textContent = text;
}

function isInUse() {
  const hasMarked = getSelection()?.isCollapsed === false;
  return document.visibilityState !== 'visible' || document.activeElement?.tagName === 'INPUT' || hasMarked;
}

function put(found) {
  const shown = document.querySelector('main');
  if (shown.innerHTML === found.innerHTML) return;
  const all = (place, name) => [...place.querySelectorAll(name)];
  const typed = all(shown, 'input').map(({ value }) => value);
  const scrolled = all(shown, '.wide').map(({ scrollLeft }) => scrollLeft);
  const focused = shown.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  shown.replaceWith(found);
  for (const [index, input] of all(found, 'input').entries()) input.value = typed[index] ?? input.value;
  for (const [index, box] of all(found, '.wide').entries()) box.scrollLeft = scrolled[index] ?? 0;
  if (focused !== null) all(found, 'a').find((link) => link.getAttribute('href') === focused)?.focus({ preventScroll: true });
}

async function look() {
  if (isInUse()) return;
  const response = await fetch(location.href, { signal: AbortSignal.timeout(${ANSWER_SECONDS_MAX} * 1000) });
  if (response.redirected) location.replace(response.url);
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const found = page.querySelector('main');
  if (!found || response.status >= 500) {
    say('It cannot be read anew (' + (page.querySelector('h1')?.textContent ?? response.status) + '): what is shown may be old.');
    return;
  }
  say('');
  if (!isInUse()) put(found);
}

async function again() {
  try {
    await look();
  } catch {
    say('It does not answer any more: what is shown may be old.');
  }
  setTimeout(again, seconds * 1000);
}
if (seconds > 0) setTimeout(again, seconds * 1000);
`;
