// BullMQ: node bullmq.mjs REDIS SINK TOKEN COUNT AT_ONCE. Prints jobs a second, from the start of the worker to the last answer.
import { Queue, Worker } from 'bullmq';
import { post } from './post.mjs';

const [redis, sink, token, count, atOnce] = process.argv.slice(2);
const connection = { url: redis, maxRetriesPerRequest: null };
const queue = new Queue('bench', { connection });
const jobs = Array.from({ length: Number(count) }, (_, n) => ({ name: 'post', data: { n } }));
for (let at = 0; at < jobs.length; at += 500) await queue.addBulk(jobs.slice(at, at + 500));

const begun = performance.now();
let done = 0;
const worker = new Worker('bench', (job) => post(sink, token, `bull-${job.data.n}`), {
  connection,
  concurrency: Number(atOnce),
});
await new Promise((end) => worker.on('completed', () => ++done === jobs.length && end()));
console.log(((jobs.length * 1000) / (performance.now() - begun)).toFixed(0));
process.exit(0);
