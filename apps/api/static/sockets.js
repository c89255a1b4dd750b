const MAX_ITEMS = 200;
const [login, room] = ['login', 'room'].map((id) => document.getElementById(id));
const state = document.getElementById('state');

/** Relative to this page, so that it works under any path. */
const address = (path) => new URL(`../${path}`, document.baseURI);

function show(list, text) {
  const items = document.getElementById(list);
  const item = document.createElement('li');
  item.textContent = text;
  items.prepend(item);
  while (items.childElementCount > MAX_ITEMS) items.lastElementChild.remove();
}

const handlers = {
  auth: ({ username }) => {
    state.textContent = `Connected as ${username}`;
    room.firstElementChild.disabled = false;
  },
  join: ({ room: name, clientId }) => show('messages', `You are Client #${clientId} in ${name}`),
  say: (text) => show('messages', text),
  leave: (text) => text && show('messages', text),
  notification: ({ title, body }) => show('notifications', `${title}: ${body}`),
  error: ({ detail, errors = [] }) =>
    show('messages', [detail, ...errors.map(({ message }) => message)].join('; ')),
};

let socket;

const send = (event, data) => socket.send(JSON.stringify({ event, data }));

function connect(token) {
  socket?.close();
  const url = address('ws');
  url.protocol = url.protocol.replace('http', 'ws');
  const opened = new WebSocket(url);
  socket = opened;
  opened.addEventListener('open', () => send('auth', { token }));
  opened.addEventListener('message', ({ data: text }) => {
    const { event, data } = JSON.parse(text);
    handlers[event]?.(data);
  });
  opened.addEventListener('close', ({ code, reason }) => {
    if (opened !== socket) return;
    state.textContent = `Closed: ${reason || code}`;
    room.firstElementChild.disabled = true;
  });
}

room.addEventListener('submit', (submitted) => {
  submitted.preventDefault();
  const { name } = submitted.submitter;
  const { room: where, text } = Object.fromEntries(new FormData(room));
  send(name, name === 'say' ? { room: where, text } : { room: where });
  if (name === 'say') room.elements.text.value = '';
});

login.addEventListener('submit', async (submitted) => {
  submitted.preventDefault();
  const response = await fetch(address('api/v1/auth/login'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(new FormData(login))),
  });
  const body = await response.json();
  if (response.ok) connect(body.access_token);
  else state.textContent = body.detail;
});
