/** The image's health check: status 0 when this container's API is ready. The base image has no curl. */
import { get } from 'node:http';

const url = `http://127.0.0.1:${process.env.PORT || 3000}/health/ready`;

get(url, { timeout: 4000 }, (response) => process.exit(response.statusCode === 200 ? 0 : 1))
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
