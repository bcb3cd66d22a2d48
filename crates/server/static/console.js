// Keeps a page fresh while it is looked at, and copies text. Everything works without it, by reloading and by hand.
'use strict';

document.querySelectorAll('[data-copy]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const field = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // No clipboard outside a secure context: select, so that one key press is left.
      field.focus();
      field.select();
      document.execCommand('copy');
    }
    const words = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 2000);
  });
});

// The number on a button is the number of ticked cards it would send.
const cards = document.querySelectorAll('input[name=card]');
const count = () => document.querySelectorAll('[data-counts]').forEach((button) => {
  const ticked = [...cards].filter((c) => c.checked && c.value.startsWith(button.dataset.counts + '|')).length;
  button.querySelector('.n').textContent = ticked;
  button.disabled = ticked === 0;
});
cards.forEach((card) => card.addEventListener('change', count));
if (cards.length) count();

const news = document.getElementById('news');
const live = document.querySelectorAll('.live');
if (news && live.length && window.EventSource) {
  let after = document.body.dataset.after;
  let source = null;
  let due = 0;

  // Whoever reads an open record or types must not lose it.
  const busy = () => document.activeElement && document.activeElement.matches('input, textarea')
    || getSelection().toString() !== '';

  const refresh = async () => {
    due = 0;
    if (busy()) {
      news.textContent = news.dataset.words;
      news.hidden = false;
      return;
    }
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    live.forEach((old) => {
      const now = fresh.getElementById(old.id);
      if (!now || now.innerHTML === old.innerHTML) return;
      const open = [...old.querySelectorAll('details[open][id]')].map((d) => d.id);
      old.replaceChildren(...now.childNodes);
      open.forEach((id) => { const d = document.getElementById(id); if (d) d.open = true; });
    });
    // The buttons of a page follow the state; they are drawn by the server, so the whole page must come again.
    const moved = [...document.querySelectorAll('section.actions, section.decide')].length
      !== [...fresh.querySelectorAll('section.actions, section.decide')].length;
    if (moved) {
      news.textContent = news.dataset.words;
      news.hidden = false;
    }
  };

  const open = () => {
    source = new EventSource('/api/v1/events?after=' + after);
    source.addEventListener('delivery', (event) => {
      after = event.lastEventId;
      // At most about three times a second, however many events come.
      if (!due) due = setTimeout(refresh, 300);
    });
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) source = null; };
  };
  news.addEventListener('click', () => location.reload());
  open();
  // A browser keeps six connections to a server: a page nobody looks at gives its own back.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      if (source) source.close();
      source = null;
    } else if (!source) {
      open();
      refresh();
    }
  });
}
