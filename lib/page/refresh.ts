/**
 * What a browser runs: as long as the page can be seen, it is fetched anew, and what has changed in it is put in its place.
 * Without it the page is the same, and stands still.
 */
export const REFRESH = `
const seconds = Number(document.body.dataset.refresh);
const note = document.querySelector('[role="status"]');
async function look() {
  if (document.visibilityState !== 'visible' || document.activeElement?.tagName === 'INPUT') return;
  const response = await fetch(location.href);
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const [shown, found] = [document.querySelector('main'), page.querySelector('main')];
  if (found && shown.innerHTML !== found.innerHTML) shown.replaceWith(found);
}
async function again() {
  try {
    await look();
    note.textContent = '';
  } catch {
    note.textContent = 'It does not answer any more: what is shown may be old.';
  }
  setTimeout(again, seconds * 1000);
}
if (seconds > 0) setTimeout(again, seconds * 1000);
`;
