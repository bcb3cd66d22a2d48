// One call, as the hub makes it.
export async function post(sink, token, key) {
  const answer = await fetch(`${sink}/posts`, {
    method: 'POST',
    headers: { 'x-board-token': token, 'content-type': 'application/json' },
    body: JSON.stringify({ key, mark: key, title: '题', html: '<p>正文</p>' }),
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  await answer.text();
}
