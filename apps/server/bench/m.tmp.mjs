const m = process.argv[2]
const r0=process.memoryUsage().rss, t=performance.now(); if (m) await import(m); console.log((m??'none').padEnd(40), ((process.memoryUsage().rss-r0)/1e6).toFixed(1),'MB', (performance.now()-t).toFixed(0),'ms', 'rss', (process.memoryUsage().rss/1e6).toFixed(0))
