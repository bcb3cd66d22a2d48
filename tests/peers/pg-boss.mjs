// pg-boss: node pg-boss.mjs POSTGRES SINK TOKEN COUNT AT_ONCE. Prints jobs a second, from the first fetch to the last completion.
// By its own fetch and complete, a job at a time in each of AT_ONCE loops: its workers poll every half second, which would
// measure their pause.
import PgBoss from 'pg-boss';
import { post } from './post.mjs';

const [postgres, sink, token, count, atOnce] = process.argv.slice(2);
const boss = new PgBoss({ connectionString: postgres, max: Number(atOnce) });
await boss.start();
await boss.createQueue('bench');
const jobs = Array.from({ length: Number(count) }, (_, n) => ({ name: 'bench', data: { n } }));
for (let at = 0; at < jobs.length; at += 500) await boss.insert(jobs.slice(at, at + 500));

async function loop() {
  for (;;) {
    const [job] = await boss.fetch('bench');
    if (!job) return;
    await post(sink, token, `boss-${job.data.n}`);
    await boss.complete('bench', job.id);
  }
}
const begun = performance.now();
await Promise.all(Array.from({ length: Number(atOnce) }, loop));
console.log(((jobs.length * 1000) / (performance.now() - begun)).toFixed(0));
process.exit(0);
