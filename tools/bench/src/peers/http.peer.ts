import { createServer } from 'node:http';
import { settings } from './settings.js';

/** The minimum for Node: prepared bytes, no routes. */
const { body, host, port } = settings;
const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(body),
};

createServer((_request, response) => {
  response.writeHead(200, headers).end(body);
}).listen(port, host);
