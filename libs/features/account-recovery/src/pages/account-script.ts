/** The script of both pages. It removes the token from the URL, and thereby from the browser's history. */
export const SCRIPT = `const form = document.querySelector('form');
const result = document.getElementById('result');
const token = new URLSearchParams(location.hash.slice(1)).get('token');
history.replaceState(null, '', location.pathname);

if (!token) finish('This link is not complete. Please open it from the mail again.');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  result.textContent = '';
  try {
    const response = await fetch(form.dataset.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      credentials: 'omit',
      body: JSON.stringify({ ...Object.fromEntries(new FormData(form)), token }),
    });
    if (response.ok) finish(form.dataset.success);
    else result.textContent = await explain(response);
  } catch {
    result.textContent = 'The server cannot be reached. Please try again.';
  }
  button.disabled = false;
});

function finish(text) {
  form.hidden = true;
  result.textContent = text;
}

async function explain(response) {
  const { detail, errors } = await response.json();
  return errors ? errors.map(({ message }) => message).join('. ') : detail;
}
`;
