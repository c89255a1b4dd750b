export { mayMount } from './may-mount.js';
export { S3Server } from './s3-server.js';
